package io.moka.apiserver.front.authz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.testing.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RbacTest {

    private static final Catalog CATALOG = Catalog.builtin();
    private static final String RBAC = "apiVersion: rbac.authorization.k8s.io/v1, ";

    private final MemoryObjects objects = new MemoryObjects();

    static List<Arguments> decisions() {
        return Trees.table(RbacTest.class, "rbac.yaml");
    }

    @BeforeEach
    void bootstrap() {
        BootstrapRoles.reconcile(CATALOG, objects);
        bind("RoleBinding", "default", "ClusterRole", "edit", "{kind: User, name: ed}");
        bind("RoleBinding", "default", "ClusterRole", "admin", "{kind: User, name: ad}");
        bind("ClusterRoleBinding", "", "ClusterRole", "view", "{kind: User, name: vi}");
        add("{" + RBAC + "kind: ClusterRole, metadata: {name: widgets, labels: {rbac.authorization.k8s.io/aggregate-to-view: 'true'}},"
                + " rules: [{apiGroups: [x.example], resources: [widgets], verbs: [get]}]}");
        role("one", "{apiGroups: [''], resources: [configmaps], resourceNames: [only], verbs: [get, list]}", "{kind: User, name: one}");
        role("scaler", "{apiGroups: ['*'], resources: ['*/scale'], verbs: [update]}", "{kind: User, name: scaler}");
        role("podder", "{apiGroups: [''], resources: [pods], verbs: ['*']}",
                "{kind: User, name: podder}, {kind: Group, name: devs}, {kind: ServiceAccount, name: bot, namespace: default}");
        add("{" + RBAC + "kind: ClusterRole, metadata: {name: prober}, rules: [{nonResourceURLs: ['/logs/*'], verbs: [get]}]}");
        bind("ClusterRoleBinding", "", "ClusterRole", "prober", "{kind: User, name: prober}");
        add("""
                {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default}, spec: {nodeName: a, serviceAccountName: sa-p, volumes: [
                  {name: s, secret: {secretName: of-p}}, {name: c, persistentVolumeClaim: {claimName: claim-p}},
                  {name: t, projected: {sources: [{configMap: {name: kube-root-ca.crt}}]}}]}}""");
        add("""
                {apiVersion: v1, kind: Pod, metadata: {name: q, namespace: default}, spec: {nodeName: b, serviceAccountName: sa-q,
                  containers: [{name: c, envFrom: [{configMapRef: {name: env-of-q}}]}]}}""");
        add("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: claim-p, namespace: default}, spec: {volumeName: pv-p}}");
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void decide(JsonNode test) {
        Decision decision = AuthorizerChain.standard(CATALOG, objects).authorize(attributes(test));
        assertEquals(test.get("allowed").asBoolean(), decision instanceof Decision.Allow, decision.toString());
    }

    @Test
    void aChangeOfRolesCountsAtOnce() {
        RbacAuthorizer authorizer = new RbacAuthorizer(CATALOG, objects);
        Attributes request = attributes(Trees.node("{user: late, verb: get, resource: pods, namespace: default}"));
        assertTrue(authorizer.authorize(request) instanceof Decision.NoOpinion);
        bind("RoleBinding", "default", "ClusterRole", "view", "{kind: User, name: late}");
        assertTrue(authorizer.authorize(request) instanceof Decision.Allow);
    }

    @Test
    void aMissingRoleIsNamed() {
        bind("RoleBinding", "default", "Role", "ghost", "{kind: User, name: lost}");
        Attributes request = attributes(Trees.node("{user: lost, verb: get, resource: pods, namespace: default}"));
        assertEquals(new Decision.NoOpinion("RBAC: role.rbac.authorization.k8s.io \"ghost\" not found"),
                new RbacAuthorizer(CATALOG, objects).authorize(request));
    }

    @Test
    void rulesOfAUserAreListed() {
        ObjectNode status = new RbacAuthorizer(CATALOG, objects).rulesOf(new UserInfo("one", List.of("system:authenticated")), "default");
        assertTrue(status.get("resourceRules").toString().contains("{\"verbs\":[\"get\",\"list\"],\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"resourceNames\":[\"only\"]}"));
        assertTrue(status.get("nonResourceRules").toString().contains("/openapi/*"));
        assertEquals("false", status.get("incomplete").asText());
    }

    @Test
    void bootstrapAddsWhatIsMissingAndKeepsWhatWasAdded() {
        ResourceType type = CATALOG.get("rbac.authorization.k8s.io", "v1", "clusterroles");
        ObjectNode role = Objects.requireNonNull(objects.get(type, "", "system:node"));
        int rules = role.withArray("rules").size();
        role.withArray("rules").remove(0);
        role.withArray("rules").add(Trees.node("{apiGroups: [x], resources: [y], verbs: [z]}"));
        BootstrapRoles.reconcile(CATALOG, objects);
        assertEquals(rules + 1, Objects.requireNonNull(objects.get(type, "", "system:node")).withArray("rules").size());
    }

    @Test
    void bootstrapLeavesAloneWhatIsNotToBeUpdated() {
        ResourceType type = CATALOG.get("rbac.authorization.k8s.io", "v1", "clusterroles");
        ObjectNode role = Objects.requireNonNull(objects.get(type, "", "system:node"));
        role.withObject("metadata").withObject("annotations").put("rbac.authorization.kubernetes.io/autoupdate", "false");
        role.withArray("rules").removeAll();
        BootstrapRoles.reconcile(CATALOG, objects);
        assertEquals(0, Objects.requireNonNull(objects.get(type, "", "system:node")).withArray("rules").size());
    }

    @Test
    void bootstrapObjectsAreValid() {
        SchemaRegistry schemas = SchemaRegistry.load();
        for (ObjectNode object : BootstrapRoles.load()) {
            ObjectSchema schema = schemas.find(GroupVersionKind.of(object.get("apiVersion").asText(), object.get("kind").asText()));
            assertNotNull(schema);
            assertEquals(List.of(), schema.checkTypes(object));
            assertEquals(List.of(), schema.prune(object));
            assertEquals(List.of(), schema.validate(object), object.toString());
        }
    }

    private void role(String name, String rule, String subjects) {
        add("{" + RBAC + "kind: Role, metadata: {name: " + name + ", namespace: default}, rules: [" + rule + "]}");
        bind("RoleBinding", "default", "Role", name, subjects);
    }

    private void bind(String kind, String namespace, String roleKind, String role, String subjects) {
        add("{" + RBAC + "kind: " + kind + ", metadata: {name: bind-" + role + ", namespace: '" + namespace + "'}, roleRef: {kind: "
                + roleKind + ", name: " + role + "}, subjects: [" + subjects + "]}");
    }

    private void add(String yaml) {
        ObjectNode object = Trees.object(yaml);
        GroupVersionKind kind = GroupVersionKind.of(object.get("apiVersion").asText(), object.get("kind").asText());
        objects.create(Objects.requireNonNull(CATALOG.byKind(kind)), object);
    }

    private static Attributes attributes(JsonNode test) {
        List<String> groups = new ArrayList<>();
        test.path("groups").forEach(group -> groups.add(group.asText()));
        UserInfo user = new UserInfo(test.get("user").asText(), groups);
        String verb = test.get("verb").asText();
        if (test.has("url")) {
            return Attributes.nonResource(user, verb, test.get("url").asText());
        }
        String[] parts = test.get("resource").asText().split("/");
        int dot = parts[0].indexOf('.');
        return new Attributes(user, verb, dot < 0 ? "" : parts[0].substring(dot + 1), "v1", dot < 0 ? parts[0] : parts[0].substring(0, dot),
                parts.length > 1 ? parts[1] : "", test.path("namespace").asText(), test.path("object").asText(), true, "");
    }

    /// Objects in memory, as the authorizers see the server's cache.
    private static final class MemoryObjects implements ObjectReader, BootstrapRoles.Objects {

        private record Entry(ResourceType type, ObjectNode object) {
            boolean is(ResourceType wanted, String namespace, String name) {
                JsonNode metadata = object.path("metadata");
                return type.equals(wanted) && metadata.path("name").asText().equals(name) && metadata.path("namespace").asText().equals(namespace);
            }
        }

        private final List<Entry> entries = new ArrayList<>();

        @Override
        public List<ObjectNode> list(ResourceType type, String namespace) {
            return entries.stream().filter(entry -> entry.type().equals(type))
                    .map(Entry::object)
                    .filter(object -> namespace.isEmpty() || object.path("metadata").path("namespace").asText().equals(namespace)).toList();
        }

        @Override
        public @Nullable ObjectNode get(ResourceType type, String namespace, String name) {
            return entries.stream().filter(entry -> entry.is(type, namespace, name)).map(Entry::object).findFirst().orElse(null);
        }

        @Override
        public long revision(ResourceType type) {
            return entries.size();
        }

        @Override
        public void create(ResourceType type, ObjectNode object) {
            entries.add(new Entry(type, object));
        }

        @Override
        public void update(ResourceType type, ObjectNode object) {
            entries.removeIf(entry -> entry.is(type, object.path("metadata").path("namespace").asText(), object.path("metadata").path("name").asText()));
            entries.add(new Entry(type, object));
        }
    }
}
