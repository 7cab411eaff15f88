package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.config.Catalogs;
import io.moka.scheduler.filters.ClusterText;
import io.moka.scheduler.why.Outcome;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The smallest change for the node `a` of a cluster in the words of [ClusterText], for a pod of the kind `web` whose first container requests 100m and 128Mi.
class RemedyTest {

    private static PodInfo pod(String spec) {
        return ClusterText.pod("web", spec);
    }

    private static String remedy(String cluster, String spec) {
        var pending = assertInstanceOf(Outcome.Pending.class, new SchedulingCycle(Catalogs.profile(), new Random(1)).run(pod(spec), ClusterText.snapshot(cluster)).outcome());
        var refused = pending.nodes().stream().filter(node -> node.node().equals("a")).findFirst().orElseThrow();
        return refused.plugin() + ": " + refused.change();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            a/: x y   | {'containers':[{'name':'c','resources':{'requests':{'cpu':'3800m'}}}]}  | NodeResourcesFit: lacks 100m CPU; pod n/q0, priority 0, holds 100m
            a/: x y   | {'containers':[{'name':'c','resources':{'requests':{'cpu':'3900m'}}}]}  | NodeResourcesFit: lacks 200m CPU; no pod on it holds as much alone
            a/: x     | {'containers':[{'name':'c','resources':{'requests':{'cpu':'3900m','memory':'8064Mi'}}}]} | NodeResourcesFit: lacks 100m CPU and 128Mi memory; pod n/q0, priority 0, holds 100m and 128Mi
            a/: -     | {'containers':[{'name':'c','resources':{'requests':{'cpu':'4900m'}}}]}      | NodeResourcesFit: has 4 CPU in all, the pod requests 5
            a/: -     | {'containers':[{'name':'c','resources':{'requests':{'gpu.io/x':'2'}}}]} | NodeResourcesFit: has 0 gpu.io/x in all, the pod requests 2
            a/: -     | {'containers':[{'name':'c','resources':{'requests':{'cpu':'4900m','memory':'16256Mi'}}}]} | NodeResourcesFit: has 4 CPU in all, the pod requests 5 and has 8Gi memory in all, the pod requests 16Gi
            a/: -     | {'containers':[{'name':'c','resources':{'requests':{'ephemeral-storage':'101Gi'}}}]} | NodeResourcesFit: has 100Gi ephemeral-storage in all, the pod requests 101Gi
            a/: x y   | {'overhead':{'cpu':'3800m'}}                                            | NodeResourcesFit: lacks 100m CPU; pod n/q0, priority 0, holds 100m
            !a/: -    | {}                                                                      | TaintToleration: needs a toleration of k:NoSchedule in the pod
            a/: -     | {'nodeName':'z'}                                                        | NodeName: is not z, the node that the pod names
            a/: -     | {'nodeSelector':{'disk':'ssd'}}                                         | NodeAffinity: does not meet disk=ssd (has no disk)
            a/z1: -   | {'nodeSelector':{'topology.kubernetes.io/zone':'z2'}}                   | NodeAffinity: does not meet topology.kubernetes.io/zone=z2 (has z1)
            a/z1: web web; !b/z2: - | {'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'topology.kubernetes.io/zone','whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'web'}}}]} | PodTopologySpread: topology.kubernetes.io/zone=z1 has 2 of the pods to spread, the emptiest domain has 0 and maxSkew is 1: 2 fewer here, or 2 more in the emptiest
            a/: -     | {'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'rack','whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'web'}}}]} | PodTopologySpread: lacks the label rack
            a/: db    | {'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'kubernetes.io/hostname','labelSelector':{'matchLabels':{'app':'cache'}}}]}}} | InterPodAffinity: needs a pod with app=cache in kubernetes.io/hostname=a
            a/: db    | {'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'kubernetes.io/hostname','labelSelector':{'matchLabels':{'app':'db'}}}]}}} | InterPodAffinity: kubernetes.io/hostname=a has 1 pods with app=db, which the pod's anti-affinity avoids; on this node pod n/q0, priority 0
            a/: web#  | {}                                                                      | InterPodAffinity: kubernetes.io/hostname=a has 1 pods whose anti-affinity avoids the pod; on this node pod n/q0, priority 0
            """)
    void theSmallestChangeIsNamed(String cluster, String spec, String expected) {
        assertEquals(expected, remedy(cluster, spec));
    }
}
