package io.moka.conformance.fabric8;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.moka.conformance.Eventually;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every verb on objects.
class ObjectsTest extends ClusterTest {

    private static String namespace;

    @BeforeAll
    static void begin() {
        namespace = namespace(ObjectsTest.class);
    }

    private static ConfigMap create(String name, String value) {
        return CLIENT.configMaps().inNamespace(namespace).resource(configMap(name, value)).create();
    }

    private static Map<String, String> data(String name) {
        return CLIENT.configMaps().inNamespace(namespace).withName(name).get().getData();
    }

    @Test
    void objectIsCreatedReadReplacedEditedAndDeleted() {
        var created = create("life", "1");
        assertNotEquals("", created.getMetadata().getUid());
        var maps = CLIENT.configMaps().inNamespace(namespace);
        assertEquals("1", maps.withName("life").get().getData().get("key"));
        maps.resource(configMap("life", "2")).update();
        assertEquals("2", data("life").get("key"));
        maps.withName("life").edit(map -> new ConfigMapBuilder(map).addToData("more", "3").build());
        assertEquals(Map.of("key", "2", "more", "3"), data("life"));
        assertEquals(1, maps.withName("life").delete().size());
        assertNull(maps.withName("life").get());
        assertEquals(List.of(), maps.withName("life").delete());
    }

    @Test
    void manifestsOfSeveralKindsAreAppliedTogether() {
        var yaml = """
                apiVersion: v1
                kind: Secret
                metadata: {name: loaded}
                stringData: {user: me}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: loaded}
                spec: {selector: {app: x}, ports: [{port: 80}]}
                """;
        var applied = CLIENT.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).inNamespace(namespace).serverSideApply();
        assertEquals(List.of("Secret", "Service"), applied.stream().map(object -> object.getKind()).toList());
        assertEquals("bWU=", CLIENT.secrets().inNamespace(namespace).withName("loaded").get().getData().get("user"));
    }

    @Test
    void listIsReadPageByPage() {
        for (int i = 0; i < 7; i++) {
            CLIENT.secrets().inNamespace(namespace).resource(new SecretBuilder().withNewMetadata().withName("page-" + i).addToLabels("paged", "yes").endMetadata().build()).create();
        }
        var names = new ArrayList<String>();
        String next = null;
        int pages = 0;
        do {
            var page = CLIENT.secrets().inNamespace(namespace).withLabel("paged").list(new ListOptionsBuilder().withLimit(3L).withContinue(next).build());
            page.getItems().forEach(secret -> names.add(secret.getMetadata().getName()));
            next = page.getMetadata().getContinue();
            pages++;
        } while (next != null && !next.isEmpty());
        assertEquals(3, pages);
        assertEquals(List.of("page-0", "page-1", "page-2", "page-3", "page-4", "page-5", "page-6"), names);
    }

    record Selected(String what, java.util.function.Supplier<List<ConfigMap>> list, List<String> expected) {

        @Override
        public String toString() {
            return what;
        }
    }

    static List<Selected> selections() {
        var maps = CLIENT.configMaps().inNamespace(namespace);
        return List.of(
                new Selected("label", () -> maps.withLabel("tier", "front").list().getItems(), List.of("sel-a", "sel-b")),
                new Selected("two labels", () -> maps.withLabels(Map.of("tier", "front", "env", "test")).list().getItems(), List.of("sel-b")),
                new Selected("label exists", () -> maps.withLabel("env").list().getItems(), List.of("sel-b", "sel-c")),
                new Selected("label absent", () -> maps.withLabel("tier").withoutLabel("env").list().getItems(), List.of("sel-a")),
                new Selected("label in", () -> maps.withLabelIn("tier", "back", "middle").list().getItems(), List.of("sel-c")),
                new Selected("label not in", () -> maps.withLabel("tier").withLabelNotIn("tier", "back").list().getItems(), List.of("sel-a", "sel-b")),
                new Selected("field", () -> maps.withField("metadata.name", "sel-a").list().getItems(), List.of("sel-a")),
                new Selected("not the field", () -> maps.withLabel("tier").withoutField("metadata.name", "sel-a").list().getItems(), List.of("sel-b", "sel-c")));
    }

    @ParameterizedTest
    @MethodSource("selections")
    void listIsSelected(Selected row) {
        labelled("sel-a", Map.of("tier", "front"));
        labelled("sel-b", Map.of("tier", "front", "env", "test"));
        labelled("sel-c", Map.of("tier", "back", "env", "test"));
        assertEquals(row.expected(), row.list().get().stream().map(map -> map.getMetadata().getName()).toList());
    }

    private static void labelled(String name, Map<String, String> labels) {
        CLIENT.configMaps().inNamespace(namespace).resource(new ConfigMapBuilder(configMap(name, "1")).editMetadata().withLabels(labels).endMetadata().build())
                .createOr(existing -> existing.update());
    }

    record Patch(PatchType type, String body) {
    }

    static List<Patch> patches() {
        return List.of(
                new Patch(PatchType.JSON, "[{\"op\":\"test\",\"path\":\"/data/key\",\"value\":\"1\"},{\"op\":\"add\",\"path\":\"/data/new\",\"value\":\"2\"},{\"op\":\"remove\",\"path\":\"/data/key\"}]"),
                new Patch(PatchType.JSON_MERGE, "{\"data\":{\"key\":null,\"new\":\"2\"}}"),
                new Patch(PatchType.STRATEGIC_MERGE, "{\"data\":{\"$patch\":\"replace\",\"new\":\"2\"}}"),
                new Patch(PatchType.SERVER_SIDE_APPLY, "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"patched-" + PatchType.SERVER_SIDE_APPLY.ordinal() + "\"},\"data\":{\"new\":\"2\"}}"));
    }

    @ParameterizedTest
    @MethodSource("patches")
    void patchesOfEachKind(Patch row) {
        var name = "patched-" + row.type().ordinal();
        create(name, "1");
        var context = new PatchContext.Builder().withPatchType(row.type()).withFieldManager("me").withForce(row.type() == PatchType.SERVER_SIDE_APPLY ? true : null).build();
        var patched = CLIENT.configMaps().inNamespace(namespace).withName(name).patch(context, row.body());
        assertEquals("2", patched.getData().get("new"));
        assertEquals(row.type() == PatchType.SERVER_SIDE_APPLY, patched.getData().containsKey("key"));
    }

    @Test
    void applyingTakesFieldsAndConflictsAreTold() {
        var maps = CLIENT.configMaps().inNamespace(namespace);
        var mine = maps.resource(configMap("owned", "mine")).fieldManager("mine").serverSideApply();
        assertEquals("Apply", mine.getMetadata().getManagedFields().getFirst().getOperation());
        var conflict = assertThrows(KubernetesClientException.class, () -> maps.resource(configMap("owned", "theirs")).fieldManager("theirs").serverSideApply());
        assertEquals(409, conflict.getCode());
        var cause = conflict.getStatus().getDetails().getCauses().getFirst();
        assertEquals("conflict with \"mine\" in .data.key", cause.getMessage() + " in " + cause.getField());
        assertEquals("theirs", maps.resource(configMap("owned", "theirs")).fieldManager("theirs").forceConflicts().serverSideApply().getData().get("key"));
    }

    @Test
    void dryRunChangesNothing() {
        var planned = CLIENT.configMaps().inNamespace(namespace).resource(configMap("dry", "1")).dryRun().create();
        assertNotEquals("", planned.getMetadata().getUid());
        assertNull(CLIENT.configMaps().inNamespace(namespace).withName("dry").get());
    }

    @Test
    void writerOnAnOldStateIsRefused() {
        var old = create("stale", "1");
        CLIENT.configMaps().inNamespace(namespace).resource(configMap("stale", "2")).update();
        var refused = assertThrows(KubernetesClientException.class, () -> CLIENT.configMaps().inNamespace(namespace)
                .resource(new ConfigMapBuilder(old).withData(Map.of("key", "3")).build()).lockResourceVersion(old.getMetadata().getResourceVersion()).update());
        assertEquals(409, refused.getCode());
        assertEquals("Conflict", refused.getStatus().getReason());
    }

    record Refused(String what, Runnable action, int code, String reason) {

        @Override
        public String toString() {
            return what;
        }
    }

    static List<Refused> refusals() {
        return List.of(
                new Refused("what exists", () -> create("stale-or-not", "1"), 409, "AlreadyExists"),
                new Refused("a bad name", () -> create("Not_A_Name", "1"), 422, "Invalid"),
                new Refused("no such object", () -> CLIENT.configMaps().inNamespace(namespace).withName("absent").edit(map -> map), 404, "NotFound"),
                new Refused("no such namespace", () -> CLIENT.configMaps().inNamespace("absent").resource(configMap("a", "1")).create(), 404, "NotFound"),
                new Refused("no such kind", () -> CLIENT.genericKubernetesResources("example.com/v1", "Nothing").inNamespace(namespace).list(), 404, ""));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusalsAreToldAsStatus(Refused row) {
        CLIENT.configMaps().inNamespace(namespace).resource(configMap("stale-or-not", "1")).createOr(existing -> existing.update());
        var refused = assertThrows(KubernetesClientException.class, () -> row.action().run());
        if (!row.reason().isEmpty()) {
            assertEquals(row.code(), refused.getCode());
            assertEquals(row.reason(), refused.getStatus().getReason());
        }
    }

    @Test
    void dependentsGoWithTheirOwnerOrStay() {
        for (var propagation : List.of(DeletionPropagation.FOREGROUND, DeletionPropagation.BACKGROUND, DeletionPropagation.ORPHAN)) {
            var suffix = propagation.name().toLowerCase();
            var owner = create("owner-" + suffix, "1");
            var dependent = new ConfigMapBuilder(configMap("dependent-" + suffix, "1")).editMetadata().addNewOwnerReference().withApiVersion("v1").withKind("ConfigMap")
                    .withName(owner.getMetadata().getName()).withUid(owner.getMetadata().getUid()).withBlockOwnerDeletion(true).endOwnerReference().endMetadata().build();
            CLIENT.configMaps().inNamespace(namespace).resource(dependent).create();
            CLIENT.configMaps().inNamespace(namespace).withName("owner-" + suffix).withPropagationPolicy(propagation).delete();
            Eventually.see("the owner is gone", () -> CLIENT.configMaps().inNamespace(namespace).withName("owner-" + suffix).get(), found -> found == null);
            var left = Eventually.see("dependents are dealt with", () -> CLIENT.configMaps().inNamespace(namespace).withName("dependent-" + suffix).get(),
                    found -> found == null || propagation == DeletionPropagation.ORPHAN && found.getMetadata().getOwnerReferences().isEmpty());
            assertEquals(propagation == DeletionPropagation.ORPHAN, left != null);
        }
    }

    @Test
    void anyKindIsUsedWithoutItsClass() {
        var generic = CLIENT.genericKubernetesResources("v1", "ConfigMap").inNamespace(namespace);
        var object = new GenericKubernetesResource();
        object.setApiVersion("v1");
        object.setKind("ConfigMap");
        object.setMetadata(configMap("generic", "1").getMetadata());
        object.setAdditionalProperty("data", Map.of("key", "1"));
        generic.resource(object).create();
        assertEquals("1", generic.withName("generic").get().get("data", "key"));
        assertTrue(generic.list().getItems().stream().anyMatch(found -> found.getMetadata().getName().equals("generic")));
        assertFalse(generic.withName("generic").delete().isEmpty());
    }

    @Test
    void serverTellsItsVersionGroupsAndResources() {
        assertEquals("1", CLIENT.getKubernetesVersion().getMajor());
        assertTrue(CLIENT.hasApiGroup("apps", true));
        assertTrue(CLIENT.supports("apps/v1", "Deployment"));
        assertFalse(CLIENT.supports("apps/v1", "Nothing"));
        var kinds = new HashSet<String>();
        CLIENT.getApiResources("v1").getResources().forEach(resource -> kinds.add(resource.getKind()));
        assertTrue(kinds.containsAll(List.of("Pod", "Service", "Node")), kinds::toString);
    }

    @Test
    void headlessServiceGetsNoAddressAndAnotherOne() {
        var service = new ServiceBuilder().withNewMetadata().withName("addressed").endMetadata().withNewSpec().addToSelector("app", "x").addNewPort().withPort(80).endPort().endSpec().build();
        assertTrue(CLIENT.services().inNamespace(namespace).resource(service).create().getSpec().getClusterIP().startsWith("10."));
        var headless = new ServiceBuilder(service).editMetadata().withName("headless").endMetadata().editSpec().withClusterIP("None").endSpec().build();
        assertEquals("None", CLIENT.services().inNamespace(namespace).resource(headless).create().getSpec().getClusterIP());
    }
}
