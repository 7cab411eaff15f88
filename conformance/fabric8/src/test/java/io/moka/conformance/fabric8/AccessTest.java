package io.moka.conformance.fabric8;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Authentication and authorization: tokens, reviews, impersonation, refusals.
class AccessTest extends ClusterTest {

    private static String namespace;

    @BeforeAll
    static void begin() {
        namespace = namespace(AccessTest.class);
        var role = new RoleBuilder().withNewMetadata().withName("reader").endMetadata().addNewRule().withApiGroups("").withResources("configmaps").withVerbs("get", "list", "watch").endRule().build();
        CLIENT.rbac().roles().inNamespace(namespace).resource(role).create();
        var binding = new RoleBindingBuilder().withNewMetadata().withName("reader").endMetadata().withNewRoleRef("rbac.authorization.k8s.io", "Role", "reader")
                .addNewSubject().withKind("ServiceAccount").withName("default").withNamespace(namespace).endSubject().build();
        CLIENT.rbac().roleBindings().inNamespace(namespace).resource(binding).create();
    }

    private static String token() {
        var request = new TokenRequestBuilder().withNewSpec().withExpirationSeconds(600L).endSpec().build();
        return CLIENT.serviceAccounts().inNamespace(namespace).withName("default").tokenRequest(request).getStatus().getToken();
    }

    private static String account() {
        return "system:serviceaccount:" + namespace + ":default";
    }

    @Test
    void tokenIsReviewed() {
        var review = CLIENT.tokenReviews().create(new TokenReviewBuilder().withNewSpec().withToken(token()).endSpec().build());
        assertTrue(review.getStatus().getAuthenticated());
        assertEquals(account(), review.getStatus().getUser().getUsername());
    }

    @Test
    void tokenMayWhatItsAccountMay() {
        try (var client = bearing(token())) {
            client.configMaps().inNamespace(namespace).list();
            var refused = assertThrows(KubernetesClientException.class, () -> client.secrets().inNamespace(namespace).list());
            assertEquals(403, refused.getCode());
            assertEquals("Forbidden", refused.getStatus().getReason());
            assertEquals("secrets is forbidden: User \"" + account() + "\" cannot list resource \"secrets\" in API group \"\" in the namespace \"" + namespace + "\"", refused.getStatus().getMessage());
        }
    }

    @Test
    void watcherWithoutPermissionIsToldSo() {
        try (var client = bearing(token())) {
            var refused = assertThrows(KubernetesClientException.class, () -> client.secrets().inNamespace(namespace).watch(new Seen<>()));
            assertEquals(403, refused.getCode());
        }
    }

    @Test
    void unknownTokenIsUnauthorized() {
        try (var client = bearing("nonsense")) {
            assertEquals(401, assertThrows(KubernetesClientException.class, () -> client.configMaps().inNamespace(namespace).list()).getCode());
        }
    }

    @Test
    void accessIsReviewedForOneselfAndOthers() {
        var own = new SelfSubjectAccessReviewBuilder().withNewSpec().withNewResourceAttributes().withVerb("delete").withResource("nodes").endResourceAttributes().endSpec().build();
        assertTrue(CLIENT.authorization().v1().selfSubjectAccessReview().create(own).getStatus().getAllowed());
        for (var verb : new String[] {"list", "delete"}) {
            var other = new SubjectAccessReviewBuilder().withNewSpec().withUser(account()).withNewResourceAttributes().withVerb(verb).withResource("configmaps").withNamespace(namespace)
                    .endResourceAttributes().endSpec().build();
            assertEquals(verb.equals("list"), CLIENT.authorization().v1().subjectAccessReview().create(other).getStatus().getAllowed());
        }
    }

    @Test
    void administratorActsAsAnother() {
        try (var client = client(new ConfigBuilder(config()).withImpersonateUsername(account()).build())) {
            client.configMaps().inNamespace(namespace).list();
            assertFalse(assertThrows(KubernetesClientException.class, () -> client.pods().inNamespace(namespace).list()).getMessage().isEmpty());
        }
    }
}
