package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.config.Catalogs;
import io.moka.scheduler.filters.ClusterText;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.queue.Queues;
import io.moka.scheduler.queue.SchedulingQueue;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which events of the informers bring a pod back that a plugin has refused. The pod has the label `app=web`; an event is `node+` with words about the new
/// node, `node` with those before and after the change, and likewise `pod+`, `pod-`, `pod` for a pod on a node, and `namespace`.
class HintsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final SchedulingQueue queue = Queues.queue(() -> NOW);
    private final ClusterWatch watch = new ClusterWatch(new ClusterCache(), queue, Set.of("default-scheduler"));

    private static Node node(String words) {
        var node = Fixtures.node("a");
        for (var word : words.split(",")) {
            var value = word.substring(word.indexOf('=') + 1);
            node = switch (word.split("=")[0]) {
                case "plain" -> node;
                case "cpu" -> node.editStatus().addToAllocatable("cpu", new Quantity(value)).endStatus();
                case "cordoned" -> node.editSpec().withUnschedulable(true).endSpec();
                case "tainted" -> node.editSpec().addNewTaint().withKey("k").withEffect("NoSchedule").endTaint().endSpec();
                case "disk" -> node.editMetadata().addToLabels("disk", value).endMetadata();
                default -> throw new IllegalArgumentException(word);
            };
        }
        return node.build();
    }

    /// @param words the label `app`; `port` for a host port, `lonely` for anti-affinity to `app=web`
    private static Pod pod(String words) {
        var pod = Fixtures.pod("other").editMetadata().addToLabels("app", words.split(",")[0]).endMetadata().editSpec().withNodeName("a").endSpec();
        if (words.endsWith(",port")) {
            pod = pod.editSpec().editFirstContainer().addNewPort().withContainerPort(8080).withHostPort(8080).endPort().endContainer().endSpec();
        } else if (words.endsWith(",lonely")) {
            pod = pod.editSpec().withNewAffinity().withNewPodAntiAffinity().addNewRequiredDuringSchedulingIgnoredDuringExecution().withTopologyKey("kubernetes.io/hostname")
                    .withNewLabelSelector().addToMatchLabels("app", "web").endLabelSelector().endRequiredDuringSchedulingIgnoredDuringExecution().endPodAntiAffinity()
                    .endAffinity().endSpec();
        }
        return pod.build();
    }

    private static Namespace namespace(String team) {
        return new NamespaceBuilder().withNewMetadata().withName("m").addToLabels("team", team).endMetadata().build();
    }

    private void happen(String event) {
        var words = event.split(" ");
        var sides = words[1].split(">");
        switch (words[0]) {
            case "node+" -> watch.nodes().onAdd(node(words[1]));
            case "node" -> watch.nodes().onUpdate(node(sides[0]), node(sides[1]));
            case "pod+" -> watch.pods().onAdd(pod(words[1]));
            case "pod-" -> watch.pods().onDelete(pod(words[1]));
            case "pod" -> watch.pods().onUpdate(pod(sides[0]), pod(sides[1]));
            case "namespace" -> watch.namespaces().onUpdate(namespace(sides[0]), namespace(sides[1]));
            default -> throw new IllegalArgumentException(event);
        }
    }

    private boolean comesBack(String plugin, String spec, String event) {
        queue.put(ClusterText.pod("web", spec));
        var refused = queue.poll();
        queue.putUnschedulable(refused, Set.of(Catalogs.profile().at(Filter.class).stream().filter(filter -> filter.name().equals(plugin)).findFirst().orElseThrow()));
        assertEquals("unschedulableQ since " + NOW, queue.describe("uid-p"));
        happen(event);
        return queue.describe("uid-p").startsWith("backoffQ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            node+ cpu=2               | false
            node+ cpu=4               | true
            node cpu=2>cpu=4          | true
            node cpu=1>cpu=2          | false
            node cpu=4>cpu=3500m      | false
            node plain>disk=ssd       | false
            node cordoned>plain       | false
            pod- db                   | true
            pod+ db                   | false
            pod db>web                | false
            """)
    void aPodWithoutRoomComesBackWhenRoomIsMade(String event, boolean back) {
        assertEquals(back, comesBack("NodeResourcesFit", "{'containers':[{'name':'d','resources':{'requests':{'cpu':'2900m'}}}]}", event));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            NodeUnschedulable | {}                                              | node cordoned>plain      | true
            NodeUnschedulable | {}                                              | node plain>cordoned      | false
            NodeUnschedulable | {}                                              | node+ cordoned           | false
            NodeUnschedulable | {}                                              | node+ plain              | true
            NodeUnschedulable | {}                                              | pod- db                  | false
            TaintToleration   | {}                                              | node tainted>plain       | true
            TaintToleration   | {}                                              | node plain>tainted       | false
            TaintToleration   | {}                                              | node+ tainted            | false
            TaintToleration   | {'tolerations':[{'key':'k','operator':'Exists'}]} | node+ tainted          | true
            TaintToleration   | {}                                              | node cpu=1>cpu=2         | false
            NodeAffinity      | {'nodeSelector':{'disk':'ssd'}}                 | node disk=hdd>disk=ssd   | true
            NodeAffinity      | {'nodeSelector':{'disk':'ssd'}}                 | node cpu=1>cpu=2         | false
            NodeAffinity      | {'nodeSelector':{'disk':'ssd'}}                 | pod- db                  | false
            NodeName          | {'nodeName':'a'}                                | node+ plain              | true
            NodeName          | {'nodeName':'a'}                                | node plain>disk=ssd      | false
            """)
    void aPodThatNoNodeSuitsComesBackWhenANodeIsMadeToSuit(String plugin, String spec, String event, boolean back) {
        assertEquals(back, comesBack(plugin, spec, event));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            NodePorts | {'containers':[{'name':'d','ports':[{'containerPort':80,'hostPort':8080}]}]} | pod- db,port      | true
            NodePorts | {'containers':[{'name':'d','ports':[{'containerPort':80,'hostPort':8081}]}]} | pod- db,port      | false
            NodePorts | {'containers':[{'name':'d','ports':[{'containerPort':80,'hostPort':8080}]}]} | pod- db           | false
            NodePorts | {'containers':[{'name':'d','ports':[{'containerPort':80,'hostPort':8080}]}]} | pod+ db           | false
            PodTopologySpread | {'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'zone','whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'web'}}}]} | pod- web    | true
            PodTopologySpread | {'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'zone','whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'web'}}}]} | pod+ web    | true
            PodTopologySpread | {'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'zone','whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'web'}}}]} | pod web>db  | true
            PodTopologySpread | {'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'zone','whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'web'}}}]} | pod- db     | false
            PodTopologySpread | {'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'zone','whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'web'}}}]} | node tainted>plain | true
            InterPodAffinity  | {'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'zone','labelSelector':{'matchLabels':{'app':'cache'}}}]}}}     | pod+ cache  | true
            InterPodAffinity  | {'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'zone','labelSelector':{'matchLabels':{'app':'cache'}}}]}}}     | pod db>cache | true
            InterPodAffinity  | {'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'zone','labelSelector':{'matchLabels':{'app':'cache'}}}]}}}     | pod+ db     | false
            InterPodAffinity  | {'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'zone','labelSelector':{'matchLabels':{'app':'cache'}}}]}}}     | pod- cache  | false
            InterPodAffinity  | {'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'zone','labelSelector':{'matchLabels':{'app':'cache'}}}]}}}     | namespace red>blue | true
            InterPodAffinity  | {'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'zone','labelSelector':{'matchLabels':{'app':'db'}}}]}}}     | pod- db     | true
            InterPodAffinity  | {'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'zone','labelSelector':{'matchLabels':{'app':'db'}}}]}}}     | pod- cache  | false
            InterPodAffinity  | {'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'zone','labelSelector':{'matchLabels':{'app':'db'}}}]}}}     | pod db>web  | true
            InterPodAffinity  | {}                                                                                                       | pod- db,lonely | true
            InterPodAffinity  | {}                                                                                                       | namespace red>red | false
            """)
    void aPodThatOthersKeepAwayComesBackWhenTheyChange(String plugin, String spec, String event, boolean back) {
        assertEquals(back, comesBack(plugin, spec, event));
    }
}
