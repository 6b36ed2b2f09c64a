//! Tokens: a short-lived `EdDSA` JWT that says which session asks, and random refresh tokens. No other algorithm is
//! accepted, and no token is a permission by itself: the session is looked up on every request.
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::policy::{SessionId, UserId};
use crate::crypto::{Keyring, SigningKey, random};
use crate::error::{Code, Error, Result};
use crate::kernel::time::Time;

const ISSUER: &str = "umeed";
const AUDIENCE: &str = "umeed-api";

/// How long things live, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifetimes {
    /// Of an access token; ten at most.
    pub token_minutes: u8,
    /// After which an unused refresh token is worth nothing.
    pub idle_minutes: u16,
    /// After which a session ends whatever happens.
    pub session_minutes: u16,
    /// Of an invitation to choose a password.
    pub invitation_minutes: u16,
}

/// What an access token says.
#[derive(Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    pub sub: UserId,
    pub sid: SessionId,
    /// Raised when the user's password or standing changes; a token of an earlier epoch is worth nothing.
    pub epoch: i64,
    iat: i64,
    nbf: i64,
    exp: i64,
}

pub struct Tokens {
    pub lifetimes: Lifetimes,
    header: Header,
    signer: EncodingKey,
    verifiers: Vec<(String, DecodingKey)>,
}

impl Tokens {
    pub fn new(keys: &Keyring, lifetimes: Lifetimes) -> Result<Self> {
        let ring = keys.signing_keys()?;
        let newest = ring.first().ok_or(Error::Corrupt("empty key ring"))?;
        let header =
            Header { kid: Some(newest.id.clone()), typ: Some("at+jwt".into()), ..Header::new(Algorithm::EdDSA) };
        let signer = EncodingKey::from_ed_der(&newest.pkcs8);
        let verifier = |key: &SigningKey| (key.id.clone(), DecodingKey::from_ed_der(&key.public));
        Ok(Self { lifetimes, header, signer, verifiers: ring.iter().map(verifier).collect() })
    }

    pub fn sign(&self, user: UserId, session: SessionId, epoch: i64, at: Time) -> Result<String> {
        let iat = at.utc().timestamp();
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: user,
            sid: session,
            epoch,
            iat,
            nbf: iat,
            exp: iat + i64::from(self.lifetimes.token_minutes) * 60,
        };
        jsonwebtoken::encode(&self.header, &claims, &self.signer).map_err(|_| Error::Corrupt("token"))
    }

    /// What a token says, if it is ours, of now, and for us.
    pub fn verify(&self, token: &str, at: Time) -> Result<Claims> {
        let refused = |_| Error::from(Code::Unauthenticated);
        let header = jsonwebtoken::decode_header(token).map_err(refused)?;
        if header.typ.as_deref() != Some("at+jwt") {
            return Err(Code::Unauthenticated.into());
        }
        let known = self.verifiers.iter().find(|(id, _)| header.kid.as_deref() == Some(id));
        let (_, key) = known.ok_or(Code::Unauthenticated)?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &rules()).map_err(refused)?.claims;
        // By our own clock, which a test can set; the library knows only the system's.
        let now = at.utc().timestamp();
        if claims.nbf <= now + 5 && now < claims.exp { Ok(claims) } else { Err(Code::Unauthenticated.into()) }
    }
}

fn rules() -> Validation {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_audience(&[AUDIENCE]);
    rules.set_issuer(&[ISSUER]);
    rules.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    rules.validate_exp = false;
    rules.validate_nbf = false;
    rules
}

/// A secret that is given once and kept only as its hash.
pub struct Secret {
    pub text: String,
    pub hash: Vec<u8>,
}

impl Secret {
    /// 256 random bits.
    pub fn random() -> Result<Self> {
        let bytes: [u8; 32] = random()?;
        let text = BASE64URL_NOPAD.encode(&bytes);
        Ok(Self { hash: Self::hash_of(&text), text })
    }

    pub fn hash_of(text: &str) -> Vec<u8> {
        digest(&SHA256, text.as_bytes()).as_ref().to_vec()
    }
}
