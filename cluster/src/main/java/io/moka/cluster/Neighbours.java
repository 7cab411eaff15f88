package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The settings of the machine's other clusters by their names, whether they run or not. No two may have an address in common, as one kernel routes them all.
/// A cluster that only records start-up caches is none of them: it makes room for the others.
record Neighbours(Map<String, Settings> settings) {

    static Neighbours of(Layout own) throws IOException {
        var found = new TreeMap<String, Settings>();
        if (Files.isDirectory(own.stateDir())) {
            try (var folders = Files.list(own.stateDir())) {
                for (var folder : (Iterable<Path>) folders::iterator) {
                    read(own, folder.getFileName().toString(), found);
                }
            }
        }
        return new Neighbours(found);
    }

    private static void read(Layout own, String name, Map<String, Settings> found) throws IOException {
        if (name.equals(own.name()) || TrainCommand.isRecording(name)) {
            return;
        }
        try {
            var settings = Settings.read(new Layout(own.stateDir(), name));
            if (settings != null) {
                found.put(name, settings);
            }
        } catch (ClusterException damaged) {
            // what is wrong with another cluster is said when that is started
            return;
        }
    }

    /// @throws ClusterException when pods or services would have addresses of another cluster; it names the cluster and the ranges
    void requireApart(Settings chosen) {
        var problem = conflict(chosen);
        if (problem != null) {
            throw new ClusterException(problem + "; use another --port-base (clusters a thousand ports apart share nothing), or give ranges with --pod-cidr and --service-cidr");
        }
    }

    boolean areApart(Settings chosen) {
        return conflict(chosen) == null;
    }

    private @Nullable String conflict(Settings chosen) {
        for (var other : settings.entrySet()) {
            for (var mine : ranges(chosen)) {
                for (var theirs : ranges(other.getValue())) {
                    if (mine.range().overlaps(theirs.range())) {
                        return mine.flag() + " " + mine.text() + ": cluster \"" + other.getKey() + "\" of this machine has " + theirs.text();
                    }
                }
            }
        }
        return null;
    }

    private static List<RangeFlag> ranges(Settings settings) {
        return List.of(RangeFlag.parse("--pod-cidr", settings.podCidr(), 8, 24), RangeFlag.parse("--service-cidr", settings.serviceCidr(), 12, 28));
    }
}
