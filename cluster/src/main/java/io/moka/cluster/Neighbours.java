package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The settings of the machine's other clusters by their names, whether they run or not. No two may have an address in common, as one kernel routes them all.
/// A cluster that only records start-up caches is none of them: it makes room for the others.
record Neighbours(Map<String, Settings> settings) {

    /// Returns the places of all other clusters that users have started on this machine and not purged.
    static List<Layout> layouts(Layout own) throws IOException {
        if (!Files.isDirectory(own.stateDir())) {
            return List.of();
        }
        try (var folders = Files.list(own.stateDir())) {
            return folders.map(folder -> folder.getFileName().toString()).filter(name -> !name.startsWith(".") && !name.equals(own.name()) && !TrainCommand.isRecording(name))
                    .map(name -> new Layout(own.stateDir(), name)).toList();
        }
    }

    static Neighbours of(Layout own) throws IOException {
        var found = new TreeMap<String, Settings>();
        for (var other : layouts(own)) {
            try {
                var settings = Settings.read(other);
                if (settings != null) {
                    found.put(other.name(), settings);
                }
            } catch (ClusterException damaged) {
                // what is wrong with another cluster is said when that is started
                continue;
            }
        }
        return new Neighbours(found);
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
