//! The words of a packet in both languages, side by side so that neither is forgotten. The Urdu awaits review by native
//! speakers. It refuses jargon: a paper is read by people in distress.
use super::model::{CopyFor, Language};
use crate::directory::{Domain, Urgency};
use crate::victims::{ContactRules, Harm, Sex, SharedField};

/// Declares labels: name, English, Urdu.
macro_rules! labels {
    ($($name:ident: $english:literal, $urdu:literal;)+) => {
        /// A fixed text of a packet.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Label { $($name),+ }

        impl Label {
            pub const fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::English) => $english, (Self::$name, Language::Urdu) => $urdu,)+
                }
            }
        }
    };
}

labels! {
    Title: "Referral form", "ریفرل فارم";
    PapersTitle: "Papers to take along", "ساتھ لے جانے والے کاغذات";
    ForReferrer: "Copy of the office that refers", "بھیجنے والے دفتر کی نقل";
    ForReceiver: "Copy of the organisation that receives", "وصول کرنے والے ادارے کی نقل";
    ForSurvivor: "Your own copy", "آپ کی اپنی نقل";
    Confidential: "Confidential", "خفیہ";
    KeepSafe: "Keep this paper where others do not read it.", "یہ کاغذ ایسی جگہ رکھیں جہاں دوسرے لوگ اسے نہ پڑھیں۔";
    CaseNumber: "Case number", "کیس نمبر";
    PrintedOn: "Printed on", "چھپنے کی تاریخ";
    Person: "Person", "فرد";
    Name: "Name", "نام";
    ByNumber: "known by the case number", "کیس نمبر سے پہچانا جائے";
    Priority: "Priority", "ترجیح";
    RequestedOn: "Date of referral", "ریفرل کی تاریخ";
    HelpBy: "Help should come by", "مدد کب تک ملنی چاہیے";
    From: "Referred by", "کس نے بھیجا";
    WhereToGo: "Where to go", "کہاں جانا ہے";
    Officer: "Officer", "افسر";
    Email: "E-mail", "ای میل";
    Organisation: "Organisation", "ادارہ";
    Service: "Service", "خدمت";
    Programme: "Programme", "پروگرام";
    Contact: "Contact", "رابطہ";
    Phone: "Telephone", "ٹیلی فون";
    Website: "Website", "ویب سائٹ";
    HowToApply: "How to apply", "درخواست کیسے دیں";
    NoPapers: "No papers are asked for.", "کوئی کاغذات نہیں مانگے گئے۔";
    Source: "Source", "ماخذ";
    Asked: "Help asked for", "کس مدد کی درخواست کی گئی";
    Background: "Background", "پس منظر";
    Message: "Message", "پیغام";
    WhatIsShared: "What was shared about you", "آپ کے بارے میں کون سی معلومات دی گئیں";
    SharedWith: "With whom it was shared", "یہ معلومات کس کو دی گئیں";
    NothingShared: "Nothing about the person is shared any more: the consent has ended, or the referral has.",
        "اب اس فرد کے بارے میں کوئی معلومات نہیں دی جا رہیں: رضامندی ختم ہو چکی ہے یا ریفرل ختم ہو چکا ہے۔";
    NoFields: "No facts about you, only that help is needed.", "آپ کے بارے میں کوئی معلومات نہیں، صرف یہ کہ مدد کی ضرورت ہے۔";
    Withdrawing: "How to take your consent back", "اپنی رضامندی کیسے واپس لیں";
    WithdrawingHow: "You may take your consent back at any time and need not say why. Tell your officer, or anybody at the \
        office that keeps your case, your case number. The organisation then no longer sees your information in Umeed. Ask \
        it to destroy what it has written down. Your case stays open.",
        "آپ کسی بھی وقت اپنی رضامندی واپس لے سکتے ہیں اور وجہ بتانا ضروری نہیں۔ اپنے افسر کو، یا جس دفتر میں آپ کا کیس ہے وہاں کسی کو بھی، \
        اپنا کیس نمبر بتائیں۔ اس کے بعد وہ ادارہ امید میں آپ کی معلومات نہیں دیکھ سکے گا۔ جو کچھ اس نے لکھ رکھا ہو، اسے ضائع کرنے کا کہیں۔ \
        آپ کا کیس کھلا رہے گا۔";
    Consent: "Consent to release of information", "معلومات دینے کی رضامندی";
    ConsentSays: "The person named above agreed that the information on this form may be given to the organisation named above, for this \
        referral and nothing else.",
        "اوپر درج فرد نے رضامندی دی ہے کہ اس فارم کی معلومات صرف اس ریفرل کے لیے اوپر درج ادارے کو دی جا سکتی ہیں۔";
    OverrideSays: "The person has not agreed. An officer asked, and a supervisor who is another person allowed, that the information on this \
        form be given to the organisation named above, for this referral, nothing else and a short time.",
        "اس فرد نے رضامندی نہیں دی۔ ایک افسر کی درخواست پر ایک دوسرے ذمہ دار (سپروائزر) نے اجازت دی ہے کہ اس فارم کی معلومات صرف اس ریفرل کے لیے، مختصر مدت تک، اوپر درج ادارے کو دی جائیں۔";
    ObjectingHow: "Nobody could ask you, or you did not agree, and it was judged too dangerous to wait. You may say no at any time and need not say \
        why: tell your officer, or anybody at the office that keeps your case, your case number. The organisation then no longer sees your \
        information in Umeed. Your case stays open.",
        "آپ سے پوچھا نہیں جا سکا، یا آپ نے رضامندی نہیں دی، اور انتظار کو خطرناک سمجھا گیا۔ آپ کسی بھی وقت وجہ بتائے بغیر منع کر سکتے ہیں: اپنے افسر کو، یا جس دفتر میں آپ کا کیس ہے وہاں کسی کو بھی، اپنا کیس نمبر بتائیں۔ اس کے بعد وہ ادارہ امید میں آپ کی معلومات نہیں دیکھ سکے گا۔ آپ کا کیس کھلا رہے گا۔";
    Signature: "Signature or thumb mark", "دستخط یا انگوٹھے کا نشان";
    CaregiverSignature: "Signature of the guardian, for a child", "بچے کی صورت میں سرپرست کے دستخط";
    FollowUp: "Follow-up agreed", "اگلا رابطہ جو طے ہوا";
    FollowUpHow: "How, and what will be told", "کس طرح، اور کیا بتایا جائے گا";
    Date: "Date", "تاریخ";
    ReceivedBy: "Received by", "وصول کنندہ";
    SafeContact: "How to reach the person safely", "محفوظ رابطے کا طریقہ";
    State: "State of the referral", "ریفرل کی صورتحال";
}

impl Label {
    pub const fn of_copy(copy: CopyFor) -> Self {
        match copy {
            CopyFor::Referrer => Self::ForReferrer,
            CopyFor::Receiver => Self::ForReceiver,
            CopyFor::Survivor => Self::ForSurvivor,
        }
    }
}

const fn either(language: Language, english: &'static str, urdu: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::Urdu => urdu,
    }
}

pub const fn urgency(urgency: Urgency, language: Language) -> &'static str {
    match urgency {
        Urgency::Within24Hours => either(language, "Emergency: within 24 hours", "ہنگامی: 24 گھنٹے کے اندر"),
        Urgency::Within72Hours => either(language, "Urgent: within 72 hours", "فوری: 72 گھنٹے کے اندر"),
        Urgency::WithinTwoWeeks => either(language, "Normal: within two weeks", "معمول: دو ہفتے کے اندر"),
    }
}

pub const fn domain(domain: Domain, language: Language) -> &'static str {
    match domain {
        Domain::Medical => either(language, "Medical help", "علاج"),
        Domain::Psychosocial => either(language, "Psychosocial help", "نفسیاتی اور سماجی مدد"),
        Domain::Legal => either(language, "Legal help", "قانونی مدد"),
        Domain::Financial => either(language, "Financial help", "مالی مدد"),
        Domain::Protection => either(language, "Protection", "تحفظ"),
        Domain::Education => either(language, "Education", "تعلیم"),
        Domain::Livelihood => either(language, "Livelihood", "روزگار"),
        Domain::Shelter => either(language, "Shelter", "رہائش"),
        Domain::Documentation => either(language, "Documents", "سرکاری کاغذات"),
    }
}

pub const fn field(field: SharedField, language: Language) -> &'static str {
    match field {
        SharedField::Name => either(language, "Name", "نام"),
        SharedField::FatherOrHusband => either(language, "Father's or husband's name", "والد یا شوہر کا نام"),
        SharedField::Cnic => either(language, "Identity card number (CNIC)", "شناختی کارڈ نمبر"),
        SharedField::Mobile => either(language, "Mobile number", "موبائل نمبر"),
        SharedField::Address => either(language, "Address", "پتہ"),
        SharedField::Sex => either(language, "Sex", "جنس"),
        SharedField::BirthYear => either(language, "Year of birth", "پیدائش کا سال"),
        SharedField::HomeDistrict => either(language, "Home district", "رہائش کا ضلع"),
        SharedField::Harm => either(language, "What happened to the person", "فرد کے ساتھ کیا ہوا"),
        SharedField::Guardian => either(language, "Guardian", "سرپرست"),
        SharedField::NeedDetail => either(language, "Details of the need", "ضرورت کی تفصیل"),
        SharedField::Message => either(language, "A message of the officer", "افسر کا پیغام"),
    }
}

pub const fn sex(sex: Sex, language: Language) -> &'static str {
    match sex {
        Sex::Female => either(language, "female", "خاتون"),
        Sex::Male => either(language, "male", "مرد"),
        Sex::Transgender => either(language, "transgender", "خواجہ سرا"),
        Sex::Unknown => either(language, "not known", "معلوم نہیں"),
    }
}

pub const fn harm(harm: Harm, language: Language) -> &'static str {
    match harm {
        Harm::Dead => either(language, "killed", "جاں بحق"),
        Harm::Injured => either(language, "injured", "زخمی"),
        Harm::Missing => either(language, "missing", "لاپتہ"),
        Harm::Bereaved => either(language, "bereaved", "سوگوار"),
        Harm::Property => either(language, "loss of property", "املاک کا نقصان"),
    }
}

/// What to heed when reaching the person, a line each.
pub fn contact(rules: &ContactRules, language: Language) -> Vec<String> {
    let says = [
        (rules.no_calls, "no calls", "فون نہ کریں"),
        (rules.no_sms, "no text messages", "پیغام (SMS) نہ بھیجیں"),
        (rules.no_letters, "no letters", "خط نہ بھیجیں"),
        (rules.needs_interpreter, "needs an interpreter", "مترجم کی ضرورت ہے"),
        (rules.prefers_female_officer, "prefers a female officer", "خاتون افسر کو ترجیح"),
        (rules.media_opt_out, "nothing to the press", "میڈیا کو کچھ نہ بتائیں"),
    ];
    let said =
        says.iter().filter(|(holds, ..)| *holds).map(|(_, english, urdu)| either(language, english, urdu).to_owned());
    let hours = rules.safe_hours.map(|hours| format!("{}: {hours}", either(language, "hours", "اوقات")));
    let days: Vec<_> = rules.safe_days.iter().map(|day| day.word()).collect();
    let days = (!days.is_empty()).then(|| format!("{}: {}", either(language, "days", "دن"), days.join(", ")));
    let spoken = rules.language.map(|spoken| format!("{}: {}", either(language, "language", "زبان"), spoken.word()));
    said.chain(hours).chain(days).chain(spoken).collect()
}

/// The state of a referral, by its word.
pub fn state(word: &str, language: Language) -> &'static str {
    match word {
        "requested" => either(language, "requested", "درخواست دی گئی"),
        "accepted" => either(language, "accepted", "قبول کیا گیا"),
        "declined" => either(language, "declined", "قبول نہیں کیا گیا"),
        "in_progress" => either(language, "in progress", "جاری"),
        "completed" => either(language, "completed", "مکمل"),
        "failed" => either(language, "given up", "مکمل نہ ہو سکا"),
        "withdrawn" => either(language, "withdrawn", "واپس لے لیا گیا"),
        _ => either(language, "expired", "مدت ختم"),
    }
}
