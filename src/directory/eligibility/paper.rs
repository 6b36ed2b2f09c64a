//! The papers that a programme may ask for, by the codes of the project's checklist. A paper is never kept here: only
//! that somebody has it.
use crate::kernel::words::words;

words! {
    /// A paper that proves something.
    pub enum Paper {
        Cnic = "cnic",
        /// For a child: B-Form or child registration certificate.
        BForm = "bform",
        /// Family registration certificate.
        Frc = "frc",
        Nikahnama = "nikahnama",
        DeathCert = "death_cert",
        DisabilityCert = "disability_cert",
        GuardianshipCert = "guardianship_cert",
        SuccessionCert = "succession_cert",
        Fir = "fir",
        /// Medico-legal certificate.
        Mlc = "mlc",
        PostMortem = "post_mortem",
        DcVerification = "dc_verification",
        CtdVerification = "ctd_verification",
        BankProof = "bank_proof",
        Affidavit = "affidavit",
        ApplicationForm = "application_form",
        /// Estimate or prescription of the hospital on its letterhead.
        HospitalEstimate = "hospital_estimate",
        /// Recommendation of a government hospital.
        HospitalRecommendation = "hospital_recommendation",
        IncomeProof = "income_proof",
        IstehqaqForm = "istehqaq_form",
        NoOtherAidDeclaration = "no_other_aid_declaration",
        /// Everybody of the household, with CNIC or B-Form.
        HouseholdList = "household_list",
        /// Address with tehsil, and a mobile number.
        AddressAndMobile = "address_and_mobile",
        NserStatus = "nser_status",
        StudentProof = "student_proof",
        CaseDetails = "case_details",
        Complaint = "complaint",
        LastCorrespondence = "last_correspondence",
    }
}

impl Paper {
    /// What it is called, in English and in Urdu.
    pub const fn titles(self) -> (&'static str, &'static str) {
        match self {
            Self::Cnic => ("CNIC", "شناختی کارڈ"),
            Self::BForm => ("B-Form or child registration certificate", "بے فارم"),
            Self::Frc => ("Family registration certificate", "فیملی رجسٹریشن سرٹیفکیٹ"),
            Self::Nikahnama => ("Nikahnama", "نکاح نامہ"),
            Self::DeathCert => ("Death certificate", "وفات کا سرٹیفکیٹ"),
            Self::DisabilityCert => ("Disability certificate", "معذوری سرٹیفکیٹ"),
            Self::GuardianshipCert => ("Guardianship certificate of the court", "سرپرستی کا سرٹیفکیٹ"),
            Self::SuccessionCert => ("Succession certificate", "وراثتی سرٹیفکیٹ"),
            Self::Fir => ("First information report (FIR)", "ایف آئی آر"),
            Self::Mlc => ("Medico-legal certificate", "میڈیکو لیگل سرٹیفکیٹ"),
            Self::PostMortem => ("Post-mortem report", "پوسٹ مارٹم رپورٹ"),
            Self::DcVerification => ("Verification by the Deputy Commissioner", "ڈپٹی کمشنر کی تصدیق"),
            Self::CtdVerification => ("Verification by the Counter Terrorism Department", "سی ٹی ڈی کی تصدیق"),
            Self::BankProof => ("Proof of the bank account (IBAN)", "بینک اکاؤنٹ کا ثبوت"),
            Self::Affidavit => ("Affidavit", "حلف نامہ"),
            Self::ApplicationForm => ("Application form", "درخواست فارم"),
            Self::HospitalEstimate => {
                ("Estimate or prescription on the hospital's letterhead", "ہسپتال کا تخمینہ یا نسخہ")
            }
            Self::HospitalRecommendation => ("Recommendation of a government hospital", "سرکاری ہسپتال کی سفارش"),
            Self::IncomeProof => ("Proof of income, or affidavit", "آمدنی کا ثبوت یا حلف نامہ"),
            Self::IstehqaqForm => ("Istehqaq certificate", "استحقاق سرٹیفکیٹ"),
            Self::NoOtherAidDeclaration => {
                ("Declaration of receiving no other aid", "کوئی اور امداد نہ لینے کا اقرار نامہ")
            }
            Self::HouseholdList => ("List of the household with CNIC or B-Form of each", "گھرانے کے افراد کی فہرست"),
            Self::AddressAndMobile => ("Address with tehsil, and mobile number", "پتہ، تحصیل اور موبائل نمبر"),
            Self::NserStatus => ("Status of the NSER survey, if known", "این ایس ای آر سروے کی کیفیت"),
            Self::StudentProof => ("Proof of admission to the institution", "داخلے کا ثبوت"),
            Self::CaseDetails => ("Application with the details of the case", "مقدمے کی تفصیل کے ساتھ درخواست"),
            Self::Complaint => ("Complaint, signed by the person affected", "دستخط شدہ شکایت"),
            Self::LastCorrespondence => ("Last correspondence with the agency", "ادارے سے آخری خط و کتابت"),
        }
    }
}
