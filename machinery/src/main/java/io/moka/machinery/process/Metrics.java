package io.moka.machinery.process;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/// The process's metrics, in Prometheus' text form.
public final class Metrics {

    private static final PrometheusMeterRegistry REGISTRY = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Metrics() {
    }

    public static PrometheusMeterRegistry registry() {
        return REGISTRY;
    }

    public static String scrape() {
        return REGISTRY.scrape();
    }
}
