package io.moka.bench;

import java.util.List;

/// A measurement on a running cluster.
interface Measurement {

    /// Returns the measurement's name for the option `--only`.
    String name();

    /// Runs the measurement. It leaves the cluster running, and removes the objects that it made.
    ///
    /// @throws Exception when the measurement failed; never because it took long
    List<Figure> measure(BenchCluster cluster) throws Exception;
}
