package io.moka.conformance.fabric8;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A custom kind, used with a class for its objects and without.
class CustomResourcesTest extends ClusterTest {

    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.conformance.example.com}
            spec:
              group: conformance.example.com
              scope: Namespaced
              names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources:
                  status: {}
                  scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties:
                          replicas: {type: integer, minimum: 0}
                          colour: {type: string, default: blue, enum: [blue, red]}
                        x-kubernetes-validations:
                        - {rule: "self.colour != 'red' || self.replicas < 3", message: no more than two are red}
                      status:
                        type: object
                        properties:
                          replicas: {type: integer}
                          selector: {type: string}
            """;
    private static String namespace;

    @BeforeAll
    static void begin() {
        namespace = namespace(CustomResourcesTest.class);
        var definition = CLIENT.apiextensions().v1().customResourceDefinitions().load(new ByteArrayInputStream(DEFINITION.getBytes(StandardCharsets.UTF_8)));
        definition.create();
        definition.waitUntilCondition(found -> found != null && found.getStatus() != null && found.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Established") && condition.getStatus().equals("True")), PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @AfterAll
    static void removeTheKind() {
        CLIENT.apiextensions().v1().customResourceDefinitions().withName("widgets.conformance.example.com").delete();
    }

    private static Widget widget(String name, int replicas, String colour) {
        var widget = new Widget();
        widget.setMetadata(new ObjectMetaBuilder().withName(name).build());
        widget.setSpec(new Widget.Spec(replicas, colour));
        return widget;
    }

    @Test
    void objectsAreDefaultedCheckedAndHaveAStatusOfTheirOwn() {
        var widgets = CLIENT.resources(Widget.class).inNamespace(namespace);
        var created = widgets.resource(widget("typed", 1, null)).create();
        assertEquals("blue", created.getSpec().colour());
        created.setStatus(new Widget.State(1, "app=typed"));
        var reported = widgets.resource(created).updateStatus();
        assertEquals(1, reported.getStatus().replicas());
        var refused = assertThrows(KubernetesClientException.class, () -> widgets.resource(widget("bad", 5, "red")).create());
        assertEquals(422, refused.getCode());
        assertTrue(refused.getMessage().contains("no more than two are red"), refused.getMessage());
        assertTrue(assertThrows(KubernetesClientException.class, () -> widgets.resource(widget("worse", -1, "blue")).create()).getMessage().contains("spec.replicas"));
    }

    @Test
    void objectIsScaled() {
        var widgets = CLIENT.resources(Widget.class).inNamespace(namespace);
        widgets.resource(widget("scaled", 1, null)).create();
        assertEquals(4, widgets.withName("scaled").scale(new io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder().withNewMetadata().withName("scaled").endMetadata()
                .withNewSpec().withReplicas(4).endSpec().build()).getSpec().getReplicas());
        assertEquals(4, widgets.withName("scaled").get().getSpec().replicas());
    }

    @Test
    void informerFollowsThem() {
        var seen = new Seen<Widget>();
        try (var informer = CLIENT.resources(Widget.class).inNamespace(namespace).withLabel("informed").inform(seen)) {
            var widget = widget("informed", 1, null);
            widget.getMetadata().setLabels(java.util.Map.of("informed", "yes"));
            CLIENT.resources(Widget.class).inNamespace(namespace).resource(widget).create();
            assertEquals("ADDED informed", seen.next());
            CLIENT.resources(Widget.class).inNamespace(namespace).withName("informed").edit(found -> {
                found.setSpec(new Widget.Spec(2, "red"));
                return found;
            });
            assertEquals("MODIFIED informed", seen.next());
            CLIENT.resources(Widget.class).inNamespace(namespace).withName("informed").delete();
            assertEquals("DELETED informed", seen.next());
            assertEquals(0, informer.getStore().list().size());
        }
    }

    @Test
    void kindWithoutAClassIsAppliedAndRead() {
        var yaml = """
                apiVersion: conformance.example.com/v1
                kind: Widget
                metadata: {name: generic}
                spec: {replicas: 2}
                """;
        CLIENT.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).inNamespace(namespace).serverSideApply();
        var context = new ResourceDefinitionContext.Builder().withGroup("conformance.example.com").withVersion("v1").withKind("Widget").withPlural("widgets").withNamespaced(true).build();
        var generic = CLIENT.genericKubernetesResources(context).inNamespace(namespace).withName("generic");
        assertEquals("blue", generic.get().get("spec", "colour"));
        generic.delete();
        assertNull(generic.get());
    }
}
