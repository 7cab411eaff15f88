package io.moka.conformance.clientjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AuthenticationV1Api;
import io.kubernetes.client.openapi.apis.AuthorizationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.AuthenticationV1TokenRequest;
import io.kubernetes.client.openapi.models.V1ResourceAttributes;
import io.kubernetes.client.openapi.models.V1SelfSubjectAccessReview;
import io.kubernetes.client.openapi.models.V1SelfSubjectAccessReviewSpec;
import io.kubernetes.client.openapi.models.V1SubjectAccessReview;
import io.kubernetes.client.openapi.models.V1SubjectAccessReviewSpec;
import io.kubernetes.client.openapi.models.V1TokenRequestSpec;
import io.kubernetes.client.openapi.models.V1TokenReview;
import io.kubernetes.client.openapi.models.V1TokenReviewSpec;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import java.io.StringReader;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Authentication and authorization: tokens, reviews, refusals.
class AccessTest extends ClusterTest {

    private static String namespace;

    @BeforeAll
    static void begin() {
        namespace = namespace(AccessTest.class);
    }

    private static String token() {
        return ok(() -> CORE.createNamespacedServiceAccountToken("default", namespace, new AuthenticationV1TokenRequest().spec(new V1TokenRequestSpec().audiences(List.of()).expirationSeconds(600L)))
                .execute()).getStatus().getToken();
    }

    private static CoreV1Api bearing(String token) {
        var client = client();
        return new CoreV1Api(new ClientBuilder().setBasePath(client.getBasePath()).setCertificateAuthority(authority()).setAuthentication(new AccessTokenAuthentication(token)).build());
    }

    private static byte[] authority() {
        try {
            var config = KubeConfig.loadKubeConfig(new StringReader(java.nio.file.Files.readString(kubeconfig())));
            return Base64.getDecoder().decode(config.getCertificateAuthorityData());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void tokenIsReviewed() {
        var review = ok(() -> new AuthenticationV1Api(CLIENT).createTokenReview(new V1TokenReview().spec(new V1TokenReviewSpec().token(token()))).execute());
        assertTrue(review.getStatus().getAuthenticated());
        assertEquals("system:serviceaccount:" + namespace + ":default", review.getStatus().getUser().getUsername());
    }

    @Test
    void tokenMayOnlyWhatItsAccountMay() {
        try {
            bearing(token()).listNamespacedSecret(namespace).execute();
            throw new AssertionError("the account may nothing");
        } catch (ApiException refused) {
            assertEquals(403, refused.getCode());
            assertTrue(refused.getResponseBody().contains("cannot list resource \\\"secrets\\\" in API group \\\"\\\" in the namespace \\\"" + namespace), refused.getResponseBody());
        }
        assertEquals(401, refusal(() -> bearing("nonsense").listNamespacedSecret(namespace).execute()));
    }

    @Test
    void accessIsReviewed() {
        var access = new AuthorizationV1Api(CLIENT);
        var attributes = new V1ResourceAttributes().verb("list").resource("pods").namespace(namespace);
        assertTrue(ok(() -> access.createSelfSubjectAccessReview(new V1SelfSubjectAccessReview().spec(new V1SelfSubjectAccessReviewSpec().resourceAttributes(attributes))).execute()).getStatus().getAllowed());
        assertEquals(false, ok(() -> access.createSubjectAccessReview(new V1SubjectAccessReview().spec(new V1SubjectAccessReviewSpec().user("nobody").resourceAttributes(attributes))).execute()).getStatus().getAllowed());
    }
}
