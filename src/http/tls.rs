//! TLS by itself, for those without a proxy: TLS 1.2 and 1.3 with rustls. A certificate without its key is refused.
use std::path::Path;

use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Server;
use crate::error::{Error, Result};

/// What the settings ask for; nothing if TLS is left to a proxy.
pub fn config(settings: &Server) -> Result<Option<ServerConfig>> {
    if settings.tls_certificate.as_os_str().is_empty() {
        return Ok(None);
    }
    let (certificate, key) = (&settings.tls_certificate, &settings.tls_key);
    let trouble = |error| unreadable("tls_certificate", certificate, &error);
    let chain = CertificateDer::pem_file_iter(certificate).map_err(trouble)?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(trouble)?;
    if chain.is_empty() {
        return Err(unreadable("tls_certificate", certificate, &pem::Error::NoItemsFound));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable("tls_key", key, &error))?;
    let config = ServerConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::Corrupt("TLS"))?
        .with_no_client_auth()
        .with_single_cert(chain, key);
    let unfit = |_| Error::Unavailable("settings: server.tls_certificate and server.tls_key do not fit".into());
    config.map(Some).map_err(unfit)
}

fn unreadable(setting: &str, file: &Path, why: &pem::Error) -> Error {
    let why = match why {
        pem::Error::Io(error) => format!("cannot be read: {error}"),
        pem::Error::NoItemsFound => "holds nothing of that kind in PEM".to_owned(),
        _ => "is not PEM".to_owned(),
    };
    Error::Unavailable(format!("settings: server.{setting}: {} {why}", file.display()))
}
