//! Why a PostgreSQL server cannot be reached, in words that say what to mend: its client tells only that it cannot. It
//! refuses to show more of an address than host and port, since the rest may hold a password.
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long a host may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is wrong with the way to the server; nothing if it can be reached, or is reached by a socket of this machine.
pub fn trouble(url: &str) -> Option<String> {
    let (host, port) = place(url)?;
    let Ok(mut addresses) = (host, port).to_socket_addrs() else {
        return Some(format!("there is no host {host}"));
    };
    let connect = |address| TcpStream::connect_timeout(&address, PATIENCE).err().map(|error| error.kind());
    let failed: Option<Vec<_>> = addresses.by_ref().map(connect).collect();
    let why = failed?.into_iter().next()?;
    Some(format!("nothing answers at {host}, port {port}: {why}"))
}

/// Host and port of `postgres://USER:PASSWORD@HOST:PORT/NAME?…`.
fn place(url: &str) -> Option<(&str, u16)> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (place, 5432),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_found_in_an_address() {
        for (url, found) in [
            ("postgres://umeed:secret@db.example.org:6432/umeed", Some(("db.example.org", 6432))),
            ("postgres://umeed@db/umeed?sslmode=disable", Some(("db", 5432))),
            ("postgresql://[::1]:5433/umeed", Some(("::1", 5433))),
            ("postgres://[::1]/umeed", Some(("::1", 5432))),
            ("postgres:///umeed?host=/run/postgresql", None),
        ] {
            assert_eq!(place(url), found, "{url}");
        }
    }

    #[test]
    fn what_stands_in_the_way_is_told_without_the_password() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let open = free.local_addr().unwrap().port();
        assert_eq!(trouble(&format!("postgres://u:secret@127.0.0.1:{open}/db")), None);
        drop(free);
        let told = trouble(&format!("postgres://u:secret@127.0.0.1:{open}/db")).unwrap();
        assert_eq!(told, format!("nothing answers at 127.0.0.1, port {open}: connection refused"));
        let told = trouble("postgres://u:secret@nowhere.invalid/db").unwrap();
        assert_eq!(told, "there is no host nowhere.invalid");
    }
}
