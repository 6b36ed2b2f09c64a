//! Metrics for Prometheus: one recorder a process, and what each metric means. No label may hold what came from a
//! client.
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::error::{Error, Result};

/// Upper ends of the buckets of a duration, in seconds.
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How often what was measured is put into its buckets, though nobody asks for it: else it would pile up.
const UPKEEP: Duration = Duration::from_secs(5);

/// Installs the recorder, once; again, it hands out the same one.
pub fn install() -> Result<PrometheusHandle> {
    static INSTALLED: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*installed {
        return Ok(handle.clone());
    }
    let trouble = |error| Error::Unavailable(format!("metrics: {error}"));
    let suffix = Matcher::Suffix("_seconds".into());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(suffix, SECONDS).map_err(trouble)?;
    let handle = builder.install_recorder().map_err(trouble)?;
    describe();
    *installed = Some(handle.clone());
    Ok(handle)
}

/// Keeps the recorder small for as long as the returned future is polled.
pub async fn keep_up(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

fn describe() {
    describe_counter!("umeed_http_requests_total", "Requests answered, by method, route and status");
    describe_histogram!("umeed_http_request_seconds", Unit::Seconds, "Time to answer a request, by method and route");
    describe_counter!("umeed_job_runs_total", "Runs of a job, by outcome");
    describe_histogram!("umeed_job_seconds", Unit::Seconds, "Time that a run of a job took");
    describe_gauge!("umeed_build_info", "Always 1; the label says which version runs");
    gauge!("umeed_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_recorder_is_installed_once_and_knows_the_build() {
        let (first, again) = (super::install().unwrap(), super::install().unwrap());
        metrics::histogram!("umeed_http_request_seconds", "method" => "GET").record(0.003);
        for text in [first.render(), again.render()] {
            assert!(text.contains("umeed_build_info{version="), "{text}");
            assert!(text.contains("umeed_http_request_seconds_bucket{method=\"GET\",le=\"0.005\"} 1"), "{text}");
        }
    }
}
