//! The application behind a real socket, and clients that speak HTTP byte by byte.
use std::net::{SocketAddr, TcpListener};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::app::App;

/// A server on a port of its own.
pub struct Server {
    pub address: SocketAddr,
}

/// What came over the wire.
#[derive(Debug)]
pub struct Wire {
    pub status: u16,
    /// Status line and headers, in lower case.
    pub head: String,
    pub body: String,
}

impl Server {
    pub(super) fn start(app: &App) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = umeed::http::server::serve(app.umeed.clone(), &app.settings, listener).unwrap();
        app.servers.borrow_mut().push(server.handle());
        actix_web::rt::spawn(server);
        Self { address }
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends these bytes and reads until the server closes. A server that stops reading is no failure.
    pub async fn exchange(&self, bytes: &[u8]) -> Wire {
        Wire::over(self.connect().await, bytes).await
    }

    /// A request with a body of JSON, on a connection of its own.
    pub async fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> Wire {
        self.exchange(request(method, path, token, body).as_bytes()).await
    }
}

/// The bytes of a request, by someone who wants the connection closed after it.
pub fn request(method: &str, path: &str, token: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: umeed\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// The bytes of a move under this key, from this version on.
pub fn command(path: &str, token: &str, (key, version): (&str, i64), body: &str) -> String {
    let heads = format!("host: umeed\r\nidempotency-key: {key}\r\nif-match: \"{version}\"\r\n");
    request("POST", path, token, body).replacen("host: umeed\r\n", &heads, 1)
}

impl Wire {
    /// Sends these bytes over a line that is open, and reads until the server closes it.
    pub async fn over(line: TcpStream, bytes: &[u8]) -> Self {
        let (mut reader, mut writer) = line.into_split();
        let sending = async {
            _ = writer.write_all(bytes).await;
            writer
        };
        let mut answer = Vec::new();
        let reading = async { _ = reader.read_to_end(&mut answer).await };
        let (_open, ()) = futures_util::join!(sending, reading);
        Self::read(&answer)
    }

    fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }
}
