package io.moka.kubelet.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Limits of whole pods, as upstream's `ResourceConfigForPod` states them.
class CgroupLimitsTest {

    /// Containers are separated by `|`: requests, then limits, as `cpu/memory`; `whole` stands for the pod itself.
    @ParameterizedTest
    @CsvSource({
            "-;-,                               2, 0, 0",
            "100m/100Mi;-,                      102, 0, 0",
            "100m/100Mi;200m/200Mi,             102, 20000, 209715200",
            "100m/-;100m/- | -/50Mi;-/50Mi,     102, 0, 0",
            "1/1Gi;1/1Gi | 500m/1Gi;500m/1Gi,   1536, 150000, 2147483648",
            "1m/1Mi;1m/1Mi,                     2, 1000, 1048576",
            "300/1Gi;-,                         262144, 0, 0",
    })
    void followTheContainers(String containers, long shares, long quota, long memory) {
        assertEquals(new CgroupLimits(shares, quota, memory, 64), CgroupLimits.of(pod(containers, ""), 64));
    }

    @ParameterizedTest
    @CsvSource({
            "-;-,                    1/1Gi;2/2Gi,  1024, 200000, 2147483648",
            "100m/100Mi;200m/200Mi,  1/1Gi;1/1Gi,  1024, 100000, 1073741824",
            "100m/-;200m/-,          -/1Gi;-/1Gi,  102, 20000, 1073741824",
    })
    void ofThePodGoBeforeThoseOfItsContainers(String containers, String whole, long shares, long quota, long memory) {
        assertEquals(new CgroupLimits(shares, quota, memory, 0), CgroupLimits.of(pod(containers, whole), 0));
    }

    private static Pod pod(String containers, String whole) {
        var spec = new PodSpecBuilder();
        if (!whole.isEmpty()) {
            spec.withResources(resources(whole));
        }
        for (var container : containers.split("\\|")) {
            spec.addNewContainer().withName("c").withResources(resources(container.strip())).endContainer();
        }
        return new PodBuilder().withNewMetadata().withName("p").endMetadata().withSpec(spec.build()).build();
    }

    private static ResourceRequirements resources(String text) {
        var sides = text.split(";");
        return new ResourceRequirementsBuilder().withRequests(amounts(sides[0])).withLimits(amounts(sides[1])).build();
    }

    private static Map<String, Quantity> amounts(String text) {
        var amounts = new HashMap<String, Quantity>();
        var parts = text.split("/");
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].equals("-")) {
                amounts.put(i == 0 ? "cpu" : "memory", new Quantity(parts[i]));
            }
        }
        return amounts;
    }
}
