package io.moka.apiserver.admission.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.Kubectl;
import io.moka.apiserver.testing.Kubectl.Result;
import io.moka.apiserver.testing.TestPki;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The example, through upstream's own client.
final class PolicyExampleTest extends PolicyTest {
    private static final Path EXAMPLES = Path.of(System.getProperty("moka.root", ".."), "examples");
    private static Kubectl kubectl;

    @BeforeAll
    static void client() {
        kubectl = new Kubectl(server(), TestPki.shared().client("admin", "system:masters"));
    }

    private static String run(int code, String... arguments) {
        Result result = kubectl.run(arguments);
        assertEquals(code, result.code(), result.out());
        return result.out();
    }

    @Test
    void exampleRunsAsItIs() {
        String applied = run(0, "apply", "-f", EXAMPLES.resolve("policies.yaml").toString());
        assertTrue(applied.contains("mutatingadmissionpolicybinding.admissionregistration.k8s.io/whose created"), applied);
        fresh();
        assertTrue(run(0, "get", "validatingadmissionpolicy").contains("few-replicas   1             v1/ConfigMap"), "columns");
        assertTrue(run(0, "get", "validatingadmissionpolicybinding").lines().anyMatch(line -> line.matches("few-replicas +few-replicas +limits +\\S+")), "columns");
        assertTrue(run(0, "get", "mutatingadmissionpolicy").lines().anyMatch(line -> line.matches("whose +1 +<unset> +\\S+")), "columns");
        run(0, "apply", "-n", "ruled", "-f", EXAMPLES.resolve("web.yaml").toString());
        assertEquals("admin", run(0, "get", "deployment", "web", "-n", "ruled", "-o", "jsonpath={.metadata.labels.made-by}"));
        assertEquals("The deployments \"web\" is invalid: : ValidatingAdmissionPolicy 'few-replicas' with binding 'few-replicas' denied request: no more than 5 replicas, please",
                run(1, "scale", "deployment/web", "-n", "ruled", "--replicas=9").strip());
        run(0, "scale", "deployment/web", "-n", "ruled", "--replicas=4");
        run(0, "delete", "-f", EXAMPLES.resolve("policies.yaml").toString(), "--wait=false");
    }
}
