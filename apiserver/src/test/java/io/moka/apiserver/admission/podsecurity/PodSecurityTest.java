package io.moka.apiserver.admission.podsecurity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodSecurityTest {
    private static final String ENFORCE = "pod-security.kubernetes.io/enforce";
    private static final String PLAIN = "{\"metadata\":{\"name\":\"%s\"},\"spec\":{%s\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";
    private static final String DETAILS = "allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false), "
            + "unrestricted capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]), "
            + "runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true), "
            + "seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")";

    @TempDir
    static Path folder;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        Path configuration = Files.writeString(folder.resolve("admission.yaml"), """
                apiVersion: apiserver.config.k8s.io/v1
                kind: AdmissionConfiguration
                plugins:
                - name: PodSecurity
                  configuration:
                    apiVersion: pod-security.admission.config.k8s.io/v1
                    kind: PodSecurityConfiguration
                    defaults: {warn: baseline, warn-version: v1.25}
                    exemptions: {namespaces: [free], runtimeClasses: [sandboxed]}
                """);
        server = TestServer.start("--admission-control-config-file=" + configuration);
        server.admin().post("/apis/node.k8s.io/v1/runtimeclasses", "{\"metadata\":{\"name\":\"sandboxed\"},\"handler\":\"h\"}");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static TestServer.Caller admin() {
        return server.admin();
    }

    /// A namespace with labels below the standards' prefix.
    private static String namespace(String name, String labels) {
        assertEquals(201, admin().post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{" + labels + "}}}").code());
        return server.namespace(name);
    }

    private static List<String> warnings(TestServer.Answer answer) {
        return answer.response().headers().allValues("Warning").stream().map(text -> text.substring("299 - \"".length(), text.length() - 1).replace("\\\"", "\"")).toList();
    }

    @Test
    void podThatViolatesItsNamespacesLevelIsRefused() {
        String pods = namespace("strict", "\"" + ENFORCE + "\":\"restricted\"") + "/pods";
        var answer = admin().post(pods, PLAIN.formatted("p", ""));
        assertEquals(403, answer.code());
        assertEquals("pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": " + DETAILS, answer.text("message"));
        assertEquals(404, admin().get(pods + "/p").code());
        assertTrue(admin().get("/metrics").body().lines().anyMatch(line -> line.startsWith("pod_security_evaluations_total{decision=\"deny\",mode=\"enforce\",policy_level=\"restricted\"")));
    }

    @Test
    void pinnedVersionIsNamedAndFollowed() {
        String pods = namespace("pinned", "\"" + ENFORCE + "\":\"restricted\",\"" + ENFORCE + "-version\":\"v1.7\"") + "/pods";
        var answer = admin().post(pods, PLAIN.formatted("p", ""));
        assertEquals("pods \"p\" is forbidden: violates PodSecurity \"restricted:v1.7\": runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true)", answer.text("message"));
    }

    @Test
    void workloadsAreWarnedOfAndNotRefused() {
        String namespace = namespace("warned", "\"" + ENFORCE + "\":\"baseline\",\"pod-security.kubernetes.io/warn\":\"restricted\"");
        String template = "\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}";
        var answer = admin().post(namespace.replace("/api/v1", "/apis/apps/v1") + "/deployments", "{\"metadata\":{\"name\":\"d\"}," + template + "}");
        assertEquals(201, answer.code(), answer.body());
        assertEquals(List.of("would violate PodSecurity \"restricted:v1.25\": " + DETAILS), warnings(answer));
        var cron = admin().post(namespace.replace("/api/v1", "/apis/batch/v1") + "/cronjobs", "{\"metadata\":{\"name\":\"d\"},\"spec\":{\"schedule\":\"* * * * *\",\"jobTemplate\":{\"spec\":"
                + "{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"hostNetwork\":true,\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}}}");
        assertEquals(201, cron.code(), cron.body());
        assertTrue(warnings(cron).getFirst().contains("host namespaces (hostNetwork=true), allow"), cron.body());
    }

    @Test
    void refusedPodIsNotWarnedOf() {
        String pods = namespace("both", "\"" + ENFORCE + "\":\"baseline\",\"pod-security.kubernetes.io/warn\":\"baseline\"") + "/pods";
        var answer = admin().post(pods, PLAIN.formatted("p", "\"hostNetwork\":true,"));
        assertEquals(403, answer.code());
        assertEquals(List.of(), warnings(answer));
    }

    @Test
    void defaultsOfTheConfigurationHoldWithoutLabels() {
        var answer = admin().post(namespace("unlabelled", "") + "/pods", PLAIN.formatted("p", "\"hostPID\":true,"));
        assertEquals(201, answer.code(), answer.body());
        assertEquals(List.of("would violate PodSecurity \"baseline:v1.25\": host namespaces (hostPID=true)"), warnings(answer));
    }

    @Test
    void exemptNamespaceAndRuntimeClassAreLeftAlone() {
        var labelled = admin().post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"free\",\"labels\":{\"" + ENFORCE + "\":\"restricted\"}}}");
        assertEquals(List.of("namespace \"free\" is exempt from Pod Security, and the policy (enforce=restricted:latest, audit=privileged:latest, warn=baseline:v1.25) will be ignored"), warnings(labelled));
        assertEquals(201, admin().post(server.namespace("free") + "/pods", PLAIN.formatted("p", "")).code());
        String pods = namespace("runtime", "\"" + ENFORCE + "\":\"restricted\"") + "/pods";
        assertEquals(201, admin().post(pods, PLAIN.formatted("p", "\"runtimeClassName\":\"sandboxed\",")).code());
    }

    @Test
    void labelsThatMeanNothingAreRefused() {
        var answer = admin().post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"odd\",\"labels\":{\"" + ENFORCE + "\":\"strict\"}}}");
        assertEquals(422, answer.code());
        assertEquals("Namespace \"odd\" is invalid: metadata.labels[" + ENFORCE + "]: Invalid value: \"strict\": must be one of privileged, baseline, restricted", answer.text("message"));
        namespace("even", "");
        var patched = admin().patch("/api/v1/namespaces/even", "merge-patch", "{\"metadata\":{\"labels\":{\"" + ENFORCE + "-version\":\"1.20\",\"pod-security.kubernetes.io/warn\":\"none\"}}}");
        assertEquals("Namespace \"even\" is invalid: [metadata.labels[" + ENFORCE + "-version]: Invalid value: \"1.20\": must be \"latest\" or \"v1.x\", "
                + "metadata.labels[pod-security.kubernetes.io/warn]: Invalid value: \"none\": must be one of privileged, baseline, restricted]", patched.text("message"));
    }

    @Test
    void podsThatAreThereAlreadyAreToldOfAndStay() {
        String pods = namespace("later", "") + "/pods";
        for (String name : List.of("a", "b", "c")) {
            assertEquals(201, admin().post(pods, PLAIN.formatted(name, name.equals("c") ? "\"hostNetwork\":true," : "")).code());
        }
        server.settle();
        var answer = admin().patch("/api/v1/namespaces/later", "merge-patch", "{\"metadata\":{\"labels\":{\"" + ENFORCE + "\":\"restricted\"}}}");
        assertEquals(200, answer.code());
        server.settle();
        String reasons = "allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile";
        assertEquals(List.of("existing pods in namespace \"later\" violate the new PodSecurity enforce level \"restricted:latest\"",
                "a (and 1 other pod): " + reasons, "c: host namespaces, " + reasons), warnings(answer));
        assertEquals(200, admin().patch(pods + "/a", "merge-patch", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}").code());
        var image = admin().patch(pods + "/a", "strategic-merge-patch", "{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"other\"}]}}");
        assertTrue(image.text("message").startsWith("pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\""), image.body());
        var ephemeral = admin().patch(pods + "/a/ephemeralcontainers", "strategic-merge-patch", "{\"spec\":{\"ephemeralContainers\":[{\"name\":\"e\",\"image\":\"i\"}]}}");
        assertEquals(403, ephemeral.code(), ephemeral.body());
        var relaxed = admin().patch("/api/v1/namespaces/later", "merge-patch", "{\"metadata\":{\"labels\":{\"" + ENFORCE + "\":\"baseline\"}}}");
        assertEquals(List.of(), warnings(relaxed));
    }
}
