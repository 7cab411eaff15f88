package io.moka.kubelet.stats;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.pod.TestNode;
import io.moka.kubelet.runtime.FakeRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbePageTest {

    private static Pod probed(String name, String command) {
        return TestNode.pod(name, p -> p.editSpec().editFirstContainer().withReadinessProbe(new ProbeBuilder().withNewExec().withCommand(command).endExec().withPeriodSeconds(1).build())
                .endContainer().endSpec(), "sleep");
    }

    @Test
    void probesAreCountedByTheirOutcomeForAsLongAsThereIsThePod(@TempDir Path folder) throws Exception {
        var plugins = new ScriptedPlugins(folder).configure("1.0.0", "first");
        try (var node = new TestNode(new FakeRuntime(), folder.resolve("kubelet"), plugins.configurations(), plugins.binaries())) {
            var measurements = node.measurements(new Machine(folder));
            var well = node.run(probed("well", "true"));
            var ill = node.run(probed("ill", "wrong"));

            var success = "prober_probe_total{container=\"main\",namespace=\"default\",pod=\"well\",pod_uid=\"" + well.getMetadata().getUid() + "\",probe_type=\"Readiness\",result=\"successful\"} ";
            var failure = "prober_probe_total{container=\"main\",namespace=\"default\",pod=\"ill\",pod_uid=\"" + ill.getMetadata().getUid() + "\",probe_type=\"Readiness\",result=\"failed\"} ";
            check("both are counted", () -> measurements.probes().text().contains(success) && measurements.probes().text().contains(failure));
            var page = measurements.probes().text();
            var labels = "{container=\"main\",namespace=\"default\",pod=\"well\",probe_type=\"Readiness\"";
            assertTrue(page.contains("# TYPE prober_probe_duration_seconds histogram\n"), page);
            assertTrue(page.contains("prober_probe_duration_seconds_bucket" + labels + ",le=\"0.005\"} "), page);
            assertTrue(page.contains("prober_probe_duration_seconds_bucket" + labels + ",le=\"10\"} "), page);
            assertEquals(value(page, "prober_probe_duration_seconds_count" + labels + "} "), value(page, "prober_probe_duration_seconds_bucket" + labels + ",le=\"+Inf\"} "));
            assertTrue(!page.contains("prober_probe_duration_seconds_count{container=\"main\",namespace=\"default\",pod=\"ill\""), page);

            node.workers.onDelete(well);
            check("they are forgotten with the pod", () -> !measurements.probes().text().contains("pod=\"well\""));
            assertTrue(measurements.probes().text().contains(failure));
        }
    }

    private static double value(String page, String series) {
        return page.lines().filter(line -> line.startsWith(series)).mapToDouble(line -> Double.parseDouble(line.substring(series.length()))).findFirst().orElseThrow();
    }
}
