package io.moka.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A shell in a folder of its own, in which `kubectl` is a given version with a namespace of its own as default, and `kubectl-lite` is Moka's.
final class KubectlSession implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final String namespace;
    private final Map<String, String> environment;
    private final Map<String, String> names;

    /// @param kubectl the program's path
    KubectlSession(TestCluster cluster, String kubectl, String namespace) {
        this.namespace = namespace;
        try {
            folder = Files.createTempDirectory("kubectl-");
            Files.createSymbolicLink(Files.createDirectory(folder.resolve("bin")).resolve("kubectl"), Path.of(kubectl));
            Files.createSymbolicLink(folder.resolve("bin/kubectl-lite"), Shell.ROOT.resolve("bin/kubectl-lite"));
            Files.copy(cluster.folder().resolve("kubeconfig"), folder.resolve("kubeconfig"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        environment = new HashMap<>(Map.of("KUBECONFIG", folder.resolve("kubeconfig").toString(), "NAMESPACE", namespace, "HOME", folder.toString(),
                "PATH", folder.resolve("bin") + ":" + System.getenv("PATH")));
        var node = run("kubectl get nodes -o jsonpath={.items[0].metadata.name}").ok();
        environment.put("NODE", node);
        names = Map.of("node", node, "namespace", namespace, "server", "https://127.0.0.1:" + cluster.apiserverPort());
        run("kubectl create namespace $NAMESPACE && kubectl config set-context --current --namespace=$NAMESPACE").ok();
        Shell.await("what every namespace has", PATIENCE, () -> run("kubectl get serviceaccount/default configmap/kube-root-ca.crt -o name").out(),
                "serviceaccount/default\nconfigmap/kube-root-ca.crt\n"::equals);
    }

    Shell.Result run(String command) {
        return Shell.run(environment, List.of("sh", "-c", "cd " + folder + "\n" + command), "");
    }

    void check(KubectlScript.Step step) {
        var expected = step.expected();
        long begin = System.nanoTime();
        var result = run(step.command());
        long deadline = begin + PATIENCE.toNanos();
        while (step.eventually() && !expected.isMetBy(result, names) && System.nanoTime() < deadline) {
            Shell.pauseAfter(begin);
            begin = System.nanoTime();
            result = run(step.command());
        }
        if (!expected.isMetBy(result, names)) {
            throw new AssertionError(step.command() + "\n--- expected\n" + expected + "\n--- printed\n" + result.out() + "[" + result.status() + "]");
        }
    }

    @Override
    public void close() {
        run("kubectl delete namespace $NAMESPACE --wait=false; rm -r " + folder);
    }
}
