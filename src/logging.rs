//! The log: JSON lines on stderr, in UTC. It refuses to say more of other people's code than its news: at `debug` a
//! library may quote a header or a parameter.
use std::io::Write;
use std::panic::PanicHookInfo;

use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::error::{Error, Result};

/// The filter that `log.level` means. A word alone is a level: to the library it would be the name of a module, and a
/// slip of the pen would silence the service.
pub fn filter(level: &str) -> Result<EnvFilter> {
    let wrong = || Error::Unavailable("settings: log.level is a level, or a filter such as umeed=debug,info".into());
    let is_level = |word: &str| !word.is_empty() && word.parse::<tracing::level_filters::LevelFilter>().is_ok();
    let is_meant = |word: &str| word.contains('=') || is_level(word);
    if !level.split(',').all(is_meant) {
        return Err(wrong());
    }
    EnvFilter::try_new(level).map_err(|_| wrong())
}

/// Starts the log. A second start changes nothing.
pub fn start(level: &str) -> Result<()> {
    let ours_or_news = filter_fn(|about| about.target().starts_with("umeed") || *about.level() <= Level::INFO);
    // The layer would tell of a closed stderr on stderr, and panic over it.
    let lines = fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).log_internal_errors(false);
    _ = tracing_subscriber::registry().with(filter(level)?).with(lines.with_filter(ours_or_news)).try_init();
    Ok(())
}

/// From now on a panic tells where it was, and nothing else: its message may quote a value.
pub fn hush_panics() {
    std::panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        if tracing::dispatcher::has_been_set() {
            tracing::error!(place, "panic");
        } else {
            _ = writeln!(std::io::stderr().lock(), "umeed: a fault of its own at {place}");
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_no_level() {
        for meant in ["info", "WARN", "off", "umeed=debug,info", "umeed::http=trace"] {
            assert!(filter(meant).is_ok(), "{meant}");
        }
        for slip in ["", "inof", "umeed", "umeed=loud", "info,,warn"] {
            assert!(filter(slip).is_err(), "{slip}");
        }
    }
}
