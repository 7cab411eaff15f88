package io.moka.scheduler.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Verdict;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The cases of `cases.yaml`.
class VolumePluginsTest {

    static Stream<StorageTable.Case> cases() {
        return StorageTable.cases();
    }

    static final ClaimWriter NO_WRITES = new ClaimWriter() {
        @Override
        public PersistentVolume update(PersistentVolume volume) {
            throw new AssertionError("writes " + volume);
        }

        @Override
        public PersistentVolumeClaim update(PersistentVolumeClaim claim) {
            throw new AssertionError("writes " + claim);
        }
    };

    @ParameterizedTest
    @MethodSource("cases")
    void filtered(StorageTable.Case row) {
        var storage = row.objects().storage();
        switch (row.plugin()) {
            case "VolumeBinding" -> verify(row, new VolumeBinding(storage, NO_WRITES));
            case "VolumeRestrictions" -> verify(row, new VolumeRestrictions(storage));
            case "VolumeZone" -> verify(row, new VolumeZone(storage));
            case "NodeVolumeLimits" -> verify(row, new NodeVolumeLimits(storage));
            default -> throw new IllegalArgumentException(row.plugin());
        }
    }

    private static <P extends PreFilter & Filter> void verify(StorageTable.Case row, P plugin) {
        var state = new CycleState();
        var snapshot = row.snapshot();
        var prepared = plugin.preFilter(state, row.pod(), snapshot).verdict();
        var seen = new TreeMap<String, String>();
        if (prepared instanceof Verdict.Success) {
            var check = plugin.check(state, row.pod());
            snapshot.nodes().forEach(node -> seen.put(node.name(), text(check.of(node))));
        } else {
            seen.putAll(Map.of("all", prepared instanceof Verdict.Skip ? "skip" : text(prepared)));
        }
        assertEquals(row.expected(), seen);
    }

    /// A refusal that preemption could end has `?` before it.
    private static String text(Verdict verdict) {
        return (verdict instanceof Verdict.Unschedulable ? "?" : "") + String.join(", ", verdict.reasons());
    }
}
