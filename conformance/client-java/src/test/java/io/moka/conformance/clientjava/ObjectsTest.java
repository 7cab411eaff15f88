package io.moka.conformance.clientjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kubernetes.client.Discovery;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1OwnerReference;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.ServerSideApply;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import io.moka.conformance.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every verb on objects.
class ObjectsTest extends ClusterTest {

    private static String namespace;

    @BeforeAll
    static void begin() {
        namespace = namespace(ObjectsTest.class);
    }

    private static V1ConfigMap create(String name, String value) {
        return ok(() -> CORE.createNamespacedConfigMap(namespace, configMap(name, value)).execute());
    }

    private static V1ConfigMap read(String name) {
        return ok(() -> CORE.readNamespacedConfigMap(name, namespace).execute());
    }

    @Test
    void objectIsCreatedReadReplacedAndDeleted() {
        assertNotNull(create("life", "1").getMetadata().getUid());
        var found = read("life");
        found.setData(Map.of("key", "2"));
        assertEquals("2", ok(() -> CORE.replaceNamespacedConfigMap("life", namespace, found).execute()).getData().get("key"));
        assertEquals("Success", ok(() -> CORE.deleteNamespacedConfigMap("life", namespace).execute()).getStatus());
        assertEquals(404, refusal(() -> CORE.readNamespacedConfigMap("life", namespace).execute()));
    }

    @Test
    void listIsReadPageByPage() {
        for (int i = 0; i < 5; i++) {
            int number = i;
            ok(() -> CORE.createNamespacedConfigMap(namespace, configMap("page-" + number, "1").metadata(new V1ObjectMeta().name("page-" + number).putLabelsItem("paged", "yes"))).execute());
        }
        var names = new ArrayList<String>();
        var token = new String[] {null};
        do {
            var page = ok(() -> CORE.listNamespacedConfigMap(namespace).labelSelector("paged=yes").limit(2)._continue(token[0]).execute());
            page.getItems().forEach(map -> names.add(map.getMetadata().getName()));
            token[0] = page.getMetadata().getContinue();
        } while (token[0] != null);
        assertEquals(List.of("page-0", "page-1", "page-2", "page-3", "page-4"), names);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"tier=front||sel-a sel-b", "tier in (back,middle)||sel-c", "tier,!env||sel-a", "tier|metadata.name=sel-b|sel-b", "tier!=front,tier||sel-c"})
    void listIsSelected(String labels, String fields, String expected) {
        for (var row : List.of("a front", "b front test", "c back test")) {
            var parts = row.split(" ");
            var metadata = new V1ObjectMeta().name("sel-" + parts[0]).putLabelsItem("tier", parts[1]);
            if (parts.length > 2) {
                metadata.putLabelsItem("env", parts[2]);
            }
            refusal(() -> CORE.createNamespacedConfigMap(namespace, configMap("x", "1").metadata(metadata)).execute());
        }
        var found = ok(() -> CORE.listNamespacedConfigMap(namespace).labelSelector(labels).fieldSelector(fields).execute());
        assertEquals(List.of(expected.split(" ")), found.getItems().stream().map(map -> map.getMetadata().getName()).toList());
    }

    record Patch(String format, String body) {
    }

    static List<Patch> patches() {
        return List.of(new Patch(V1Patch.PATCH_FORMAT_JSON_PATCH, "[{\"op\":\"replace\",\"path\":\"/data/key\",\"value\":\"2\"}]"),
                new Patch(V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, "{\"data\":{\"key\":\"2\"}}"),
                new Patch(V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH, "{\"data\":{\"key\":\"2\"}}"),
                new Patch(V1Patch.PATCH_FORMAT_APPLY_YAML, "apiVersion: v1\nkind: ConfigMap\ndata: {key: '2'}\n"));
    }

    @ParameterizedTest
    @MethodSource("patches")
    void patchesOfEachKind(Patch row) {
        var name = "patched-" + row.format().replaceAll("[^a-z]", "-");
        create(name, "1");
        boolean apply = row.format().equals(V1Patch.PATCH_FORMAT_APPLY_YAML);
        var patched = ok(() -> PatchUtils.patch(V1ConfigMap.class, () -> CORE.patchNamespacedConfigMap(name, namespace, new V1Patch(row.body()))
                .fieldManager("me").force(apply ? true : null).buildCall(null), row.format(), CLIENT));
        assertEquals("2", patched.getData().get("key"));
    }

    @Test
    void applyingTellsConflicts() {
        ok(() -> ServerSideApply.apply(CLIENT, V1ConfigMap.class, V1ConfigMapList.class, withoutUid("owned", "mine"), "mine"));
        assertTrue(raw("owned").contains("\"manager\":\"mine\",\"operation\":\"Apply\""), () -> raw("owned"));
        assertEquals(409, refusal(() -> ServerSideApply.apply(CLIENT, V1ConfigMap.class, V1ConfigMapList.class, withoutUid("owned", "theirs"), "theirs")));
        var taken = ok(() -> ServerSideApply.apply(CLIENT, V1ConfigMap.class, V1ConfigMapList.class, withoutUid("owned", "theirs"), "theirs", true));
        assertEquals("theirs", taken.getData().get("key"));
    }

    private static String raw(String name) {
        try (var answer = ok(() -> CORE.readNamespacedConfigMap(name, namespace).buildCall(null)).execute()) {
            return answer.body().string();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static V1ConfigMap withoutUid(String name, String value) {
        return configMap(name, value).metadata(new V1ObjectMeta().name(name).namespace(namespace));
    }

    @Test
    void refusalsAreToldAsStatus() {
        var old = create("refused", "1");
        var exists = assertThrows(ApiException.class, () -> CORE.createNamespacedConfigMap(namespace, configMap("refused", "1")).execute());
        assertEquals(409, exists.getCode());
        assertTrue(exists.getResponseBody().contains("\"reason\":\"AlreadyExists\""), exists.getResponseBody());
        ok(() -> CORE.replaceNamespacedConfigMap("refused", namespace, configMap("refused", "2")).execute());
        var stale = assertThrows(ApiException.class, () -> CORE.replaceNamespacedConfigMap("refused", namespace, old).execute());
        assertTrue(stale.getCode() == 409 && stale.getResponseBody().contains("\"reason\":\"Conflict\""), stale.getResponseBody());
        assertEquals(404, refusal(() -> CORE.readNamespacedConfigMap("absent", namespace).execute()));
        assertEquals(422, refusal(() -> CORE.createNamespacedConfigMap(namespace, configMap("Not_A_Name", "1")).execute()));
        assertEquals(404, refusal(() -> CORE.createNamespacedConfigMap("absent", configMap("a", "1")).execute()));
        assertEquals(400, refusal(() -> CORE.listNamespacedConfigMap(namespace).labelSelector("a===b").execute()));
    }

    @Test
    void dryRunChangesNothing() {
        assertNotNull(ok(() -> CORE.createNamespacedConfigMap(namespace, configMap("dry", "1")).dryRun("All").execute()).getMetadata().getUid());
        assertEquals(404, refusal(() -> CORE.readNamespacedConfigMap("dry", namespace).execute()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Foreground", "Background", "Orphan"})
    void dependentsGoWithTheirOwnerOrStay(String propagation) {
        var owner = create("owner-" + propagation.toLowerCase(), "1");
        var dependent = "dependent-" + propagation.toLowerCase();
        ok(() -> CORE.createNamespacedConfigMap(namespace, configMap(dependent, "1").metadata(new V1ObjectMeta().name(dependent).addOwnerReferencesItem(new V1OwnerReference()
                .apiVersion("v1").kind("ConfigMap").name(owner.getMetadata().getName()).uid(owner.getMetadata().getUid()).blockOwnerDeletion(true)))).execute());
        var maps = new GenericKubernetesApi<>(V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", CLIENT);
        var options = new io.kubernetes.client.util.generic.options.DeleteOptions();
        options.setPropagationPolicy(propagation);
        assertTrue(maps.delete(namespace, owner.getMetadata().getName(), options).isSuccess());
        Eventually.see("the owner is gone", () -> maps.get(namespace, owner.getMetadata().getName()).getHttpStatusCode(), code -> code == 404);
        var left = Eventually.see("dependents are dealt with", () -> maps.get(namespace, dependent), found -> !found.isSuccess()
                || propagation.equals("Orphan") && found.getObject().getMetadata().getOwnerReferences().isEmpty());
        assertEquals(propagation.equals("Orphan"), left.isSuccess());
    }

    @Test
    void anyKindIsUsedWithoutItsClass() {
        var dynamic = new DynamicKubernetesApi("", "v1", "configmaps", CLIENT);
        var object = new DynamicKubernetesObject();
        object.setApiVersion("v1");
        object.setKind("ConfigMap");
        object.setMetadata(new V1ObjectMeta().namespace(namespace).name("dynamic"));
        assertTrue(dynamic.create(object).isSuccess());
        var found = dynamic.get(namespace, "dynamic").getObject();
        found.getRaw().add("data", com.google.gson.JsonParser.parseString("{\"key\":\"2\"}"));
        assertTrue(dynamic.update(found).isSuccess());
        assertEquals("2", read("dynamic").getData().get("key"));
        assertTrue(dynamic.list(namespace).getObject().getItems().stream().anyMatch(item -> item.getMetadata().getName().equals("dynamic")));
        assertTrue(dynamic.delete(namespace, "dynamic").isSuccess());
    }

    @Test
    void serverTellsItsResources() {
        var found = ok(() -> new Discovery(CLIENT).findAll());
        for (var kind : List.of("Pod", "Deployment", "CustomResourceDefinition", "Lease")) {
            assertTrue(found.stream().anyMatch(resource -> resource.getKind().equals(kind)), kind);
        }
    }
}
