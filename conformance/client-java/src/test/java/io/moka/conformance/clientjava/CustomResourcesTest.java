package io.moka.conformance.clientjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kubernetes.client.common.KubernetesListObject;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.apis.ApiextensionsV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.models.V1CustomResourceDefinition;
import io.kubernetes.client.openapi.models.V1ListMeta;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Yaml;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.moka.conformance.Eventually;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A custom kind with a class of the application for its objects.
class CustomResourcesTest extends ClusterTest {

    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: gadgets.conformance.example.com}
            spec:
              group: conformance.example.com
              scope: Namespaced
              names: {plural: gadgets, singular: gadget, kind: Gadget}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec: {type: object, properties: {size: {type: integer, maximum: 9}, colour: {type: string, default: blue}}}
                      status: {type: object, properties: {size: {type: integer}}}
            """;
    private static String namespace;
    private static GenericKubernetesApi<Gadget, GadgetList> gadgets;

    /// The class of the custom kind; the client fills its fields.
    static final class Gadget implements KubernetesObject {
        private String apiVersion = "conformance.example.com/v1";
        private String kind = "Gadget";
        private V1ObjectMeta metadata = new V1ObjectMeta();
        private Map<String, Object> spec = Map.of();
        private Map<String, Object> status;

        @Override
        public V1ObjectMeta getMetadata() {
            return metadata;
        }

        @Override
        public String getApiVersion() {
            return apiVersion;
        }

        @Override
        public String getKind() {
            return kind;
        }
    }

    /// A list of [Gadget]s.
    static final class GadgetList implements KubernetesListObject {
        private String apiVersion = "conformance.example.com/v1";
        private String kind = "GadgetList";
        private V1ListMeta metadata = new V1ListMeta();
        private List<Gadget> items = List.of();

        @Override
        public V1ListMeta getMetadata() {
            return metadata;
        }

        @Override
        public List<Gadget> getItems() {
            return items;
        }

        @Override
        public String getApiVersion() {
            return apiVersion;
        }

        @Override
        public String getKind() {
            return kind;
        }
    }

    @BeforeAll
    static void begin() {
        namespace = namespace(CustomResourcesTest.class);
        var definitions = new ApiextensionsV1Api(CLIENT);
        ok(() -> definitions.createCustomResourceDefinition(Yaml.loadAs(DEFINITION, V1CustomResourceDefinition.class)).execute());
        Eventually.see("the kind is served", () -> ok(() -> definitions.readCustomResourceDefinition("gadgets.conformance.example.com").execute()).getStatus(), status -> status != null
                && status.getConditions() != null && status.getConditions().stream().anyMatch(condition -> condition.getType().equals("Established") && condition.getStatus().equals("True")));
        gadgets = new GenericKubernetesApi<>(Gadget.class, GadgetList.class, "conformance.example.com", "v1", "gadgets", CLIENT);
    }

    @AfterAll
    static void removeTheKind() {
        ok(() -> new ApiextensionsV1Api(CLIENT).deleteCustomResourceDefinition("gadgets.conformance.example.com").execute());
    }

    private static Gadget gadget(String name, int size) {
        var gadget = new Gadget();
        gadget.metadata.name(name).namespace(namespace);
        gadget.spec = Map.of("size", size);
        return gadget;
    }

    @Test
    void objectsAreDefaultedCheckedPatchedAndDeleted() {
        var created = gadgets.create(gadget("typed", 1)).getObject();
        assertEquals("blue", created.spec.get("colour"));
        assertEquals(422, gadgets.create(gadget("bad", 10)).getHttpStatusCode());
        ok(() -> PatchUtils.patch(Object.class, () -> new CustomObjectsApi(CLIENT).patchNamespacedCustomObjectStatus("conformance.example.com", "v1", namespace, "gadgets", "typed",
                new V1Patch("{\"status\":{\"size\":1}}")).buildCall(null), V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, CLIENT));
        var patched = gadgets.patch(namespace, "typed", V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, new V1Patch("{\"spec\":{\"colour\":\"red\"}}")).getObject();
        assertEquals("red", patched.spec.get("colour"));
        assertEquals(1.0, ((Number) patched.status.get("size")).doubleValue());
        assertTrue(gadgets.list(namespace).getObject().getItems().stream().anyMatch(found -> found.getMetadata().getName().equals("typed")));
        assertTrue(gadgets.delete(namespace, "typed").isSuccess());
        assertFalse(gadgets.get(namespace, "typed").isSuccess());
    }

    @Test
    void informerFollowsThem() throws Exception {
        var events = new LinkedBlockingQueue<String>();
        var factory = new SharedInformerFactory(client());
        var informer = factory.sharedIndexInformerFor(new GenericKubernetesApi<>(Gadget.class, GadgetList.class, "conformance.example.com", "v1", "gadgets", client()), Gadget.class, 0, namespace);
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Gadget gadget) {
                events.add("ADDED " + gadget.getMetadata().getName());
            }

            @Override
            public void onUpdate(Gadget old, Gadget gadget) {
                events.add("MODIFIED " + gadget.getMetadata().getName());
            }

            @Override
            public void onDelete(Gadget gadget, boolean finalStateUnknown) {
                events.add("DELETED " + gadget.getMetadata().getName());
            }
        });
        factory.startAllRegisteredInformers();
        Eventually.see("the informer has listed", informer::hasSynced, synced -> synced);
        gadgets.create(gadget("informed", 1));
        Eventually.see("it is added", () -> poll(events), "ADDED informed"::equals);
        gadgets.patch(namespace, "informed", V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, new V1Patch("{\"spec\":{\"size\":2}}"));
        Eventually.see("it is changed", () -> poll(events), "MODIFIED informed"::equals);
        gadgets.delete(namespace, "informed");
        Eventually.see("it is deleted", () -> poll(events), "DELETED informed"::equals);
        factory.stopAllRegisteredInformers();
    }

    private static String poll(LinkedBlockingQueue<String> events) {
        try {
            var next = events.poll(1, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
