package io.moka.bench;

import java.util.List;

/// One thing that is measured on a cluster that runs.
interface Measurement {

    /// What `--only` calls it.
    String name();

    /// Measures, and leaves the cluster running and without the objects that it made.
    ///
    /// @throws Exception when it could not be measured; never because it took long
    List<Figure> measure(BenchCluster cluster) throws Exception;
}
