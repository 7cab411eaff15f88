package io.moka.cluster;

import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.Volumes;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Writes the volumes as a text table, one line for each.
record VolumeTable(List<VolumeOrders.Listed> volumes) {

    private static final List<String> HEADER = List.of("NAMESPACE", "CLAIM", "CLASS", "SIZE", "USED", "NODE", "PATH", "PODS", "SNAPSHOTS");
    private static final long MEBIBYTE = 1 << 20;

    /// Columns are as wide as their widest cell.
    String text() {
        var rows = new ArrayList<List<String>>();
        rows.add(HEADER);
        volumes.forEach(volume -> rows.add(row(volume)));
        var widths = new int[HEADER.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static List<String> row(VolumeOrders.Listed listed) {
        var claim = listed.bound().claim();
        var volume = listed.bound().volume();
        var state = listed.state();
        var snapshots = state == null ? "?" : state.snapshots().stream().map(one -> one.name() + " (" + one.taken().truncatedTo(ChronoUnit.SECONDS) + ")")
                .collect(Collectors.joining(", "));
        return List.of(claim.getMetadata().getNamespace(), claim.getMetadata().getName(), Claims.className(claim), String.valueOf(Volumes.capacity(volume)),
                state == null ? "?" : state.usedBytes() / MEBIBYTE + "Mi", listed.bound().node(), LocalPath.path(volume), none(String.join(",", listed.pods())), none(snapshots));
    }

    private static String none(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
