//! TLS by itself, for those without a proxy: TLS 1.2 and 1.3 with rustls. A certificate without its key is refused.
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Server;
use crate::error::{Error, Result};

/// What the settings ask for; nothing if TLS is left to a proxy.
pub fn config(settings: &Server) -> Result<Option<ServerConfig>> {
    if settings.tls_certificate.as_os_str().is_empty() {
        return Ok(None);
    }
    let trouble = |what: &str| Error::Unavailable(format!("server.{what} cannot be read as PEM"));
    let chain = CertificateDer::pem_file_iter(&settings.tls_certificate).map_err(|_| trouble("tls_certificate"))?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(|_| trouble("tls_certificate"))?;
    let key = PrivateKeyDer::from_pem_file(&settings.tls_key).map_err(|_| trouble("tls_key"))?;
    let config = ServerConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .map_err(|_| trouble("tls_certificate"))?
        .with_no_client_auth()
        .with_single_cert(chain, key);
    config.map(Some).map_err(|_| Error::Unavailable("server.tls_certificate and server.tls_key do not fit".into()))
}
