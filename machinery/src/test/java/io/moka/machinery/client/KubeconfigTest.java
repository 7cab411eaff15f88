package io.moka.machinery.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Reading, changing and writing kubeconfig files, also those of other tools.
class KubeconfigTest {

    private static final String FOREIGN = """
            apiVersion: v1
            kind: Config
            preferences: {colors: true}
            current-context: work
            clusters:
            - name: work
              cluster: {server: "https://work:6443/", proxy-url: "http://proxy", certificate-authority: ca.pem}
            users:
            - name: me
              user:
                exec: {command: aws, args: [eks], apiVersion: client.authentication.k8s.io/v1}
            - name: robot
              user: {token: t0k3n}
            contexts:
            - name: work
              context: {cluster: work, user: robot, namespace: team}
            - name: dangling
              context: {cluster: nowhere, user: me}
            extensions: [{name: x, extension: {y: 1}}]
            """;

    @TempDir
    private Path folder;

    private Path foreign() throws IOException {
        Files.writeString(folder.resolve("ca.pem"), "CA");
        return Files.writeString(folder.resolve("config"), FOREIGN);
    }

    @Test
    void whatOtherToolsWroteSurvivesBothMergeAndRemoval() throws IOException {
        var file = foreign();
        var before = Kubeconfig.read(file).tree().deepCopy();
        var config = Kubeconfig.read(file);
        config.put("moka", "https://127.0.0.1:6443", "CA2".getBytes(), "CERT".getBytes(), "KEY".getBytes());
        config.useContext("moka");
        config.write(file);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        var merged = Kubeconfig.read(file);
        assertEquals("aws", merged.tree().at("/users/0/user/exec/command").asText());
        var context = merged.context(null);
        assertEquals("https://127.0.0.1:6443", context.server());
        assertEquals("default", context.namespace());
        assertArrayEquals("KEY".getBytes(), context.clientKey());
        merged.put("moka", "https://127.0.0.1:7443", "CA2".getBytes(), "CERT".getBytes(), "KEY".getBytes());
        assertEquals(2, merged.tree().withArray("clusters").size(), "a second merge replaces the first");
        merged.remove("moka");
        assertEquals("", merged.currentContext());
        merged.useContext("work");
        assertEquals(before, merged.tree());
    }

    @Test
    void listsThatKubectlHasEmptiedAreAsGoodAsEmpty() throws IOException {
        var file = Files.writeString(folder.resolve("config"), "{apiVersion: v1, kind: Config, clusters: null, contexts: null, users: null, current-context: ''}");
        var config = Kubeconfig.read(file);
        config.remove("moka");
        config.put("moka", "https://127.0.0.1:6443", "CA".getBytes(), "CERT".getBytes(), "KEY".getBytes());
        assertEquals("https://127.0.0.1:6443", config.context("moka").server());
    }

    @Test
    void filesAndTokensAreReadFromWhereTheConfigLies() throws IOException {
        var context = Kubeconfig.read(foreign()).context(null);
        assertEquals("https://work:6443", context.server());
        assertEquals("team", context.namespace());
        assertArrayEquals("CA".getBytes(), context.certificateAuthority());
        assertEquals("t0k3n", context.token());
        assertNull(context.clientCertificate());
    }

    @ParameterizedTest
    @CsvSource({"missing, the kubeconfig has no \"missing\" among its contexts", "dangling, the kubeconfig has no \"nowhere\" among its clusters"})
    void whatIsMissingIsNamed(String context, String message) throws IOException {
        var config = Kubeconfig.read(foreign());
        assertEquals(message, assertThrows(IOException.class, () -> config.context(context)).getMessage());
    }

    @Test
    void anEmptyOrAbsentFileIsNoCrash() throws IOException {
        var empty = Files.writeString(folder.resolve("empty"), "");
        assertEquals("the kubeconfig has no current context", assertThrows(IOException.class, () -> Kubeconfig.read(empty).context(null)).getMessage());
        assertEquals("no kubeconfig at " + folder.resolve("none"),
                assertThrows(IOException.class, () -> Kubeconfig.read(folder.resolve("none"))).getMessage());
    }

    private Kubeconfig.Context context(String cluster, String user) throws IOException {
        var text = """
                apiVersion: v1
                kind: Config
                current-context: a
                clusters: [{name: c, cluster: %s}]
                users: [{name: u, user: %s}]
                contexts: [{name: a, context: {cluster: c, user: u}}, {name: anonymous, context: {cluster: c}}]
                """.formatted(cluster, user);
        return Kubeconfig.read(Files.writeString(folder.resolve("made"), text)).context(null);
    }

    @Test
    void inlineDataIsPreferredToFilesAndMayHaveLineBreaks() throws IOException {
        Files.writeString(folder.resolve("client.crt"), "FILE");
        var context = context("{server: 'https://s//', certificate-authority-data: \"Q0\\nE=\"}",
                "{client-certificate-data: Q0VSVA==, client-certificate: client.crt, client-key: client.crt, token: ''}");
        assertEquals("https://s", context.server());
        assertArrayEquals("CA".getBytes(), context.certificateAuthority());
        assertArrayEquals("CERT".getBytes(), context.clientCertificate());
        assertArrayEquals("FILE".getBytes(), context.clientKey());
        assertNull(context.token(), "an empty token is none");
    }

    @Test
    void aFileThatIsNamedAndMissingIsAnErrorThatNamesIt() {
        var missing = assertThrows(NoSuchFileException.class, () -> context("{server: 'https://s', certificate-authority: away.pem}", "{}"));
        assertEquals(folder.resolve("away.pem").toString(), missing.getMessage());
    }

    @Test
    void dataThatIsNotBase64IsAnErrorThatNamesItsField() {
        var refused = assertThrows(IOException.class, () -> context("{server: 'https://s'}", "{client-key-data: QQQQQ}"));
        assertEquals("the kubeconfig's client-key-data is not base64", refused.getMessage());
    }

    @Test
    void aContextWithoutAUserHasNoCredentials() throws IOException {
        context("{server: 'https://s'}", "{token: t}");
        var config = Kubeconfig.read(folder.resolve("made"));
        assertEquals("t", config.context(null).token());
        var anonymous = config.context("anonymous");
        assertNull(anonymous.token());
        assertNull(anonymous.clientKey());
        assertTrue(config.has("anonymous") && !config.has("c"), "clusters are no contexts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{a: [", "a: b: c", "\t- x"})
    void whatIsNoYamlIsAnIoException(String text) throws IOException {
        var file = Files.writeString(folder.resolve("broken"), text);
        assertThrows(IOException.class, () -> Kubeconfig.read(file));
    }
}
