package io.moka.apiserver.admission.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginSelectionTest {
    @TempDir
    Path folder;

    /// The plugins that ran, in order, and what they were configured with.
    private final List<String> ran = new ArrayList<>();
    private final List<PluginRow> rows = List.of(row("First", true), row("Second", false), row("Third", true));

    private PluginRow row(String name, boolean byDefault) {
        return new PluginRow(name, byDefault, configuration -> {
            if (configuration.path("broken").asBoolean()) {
                throw new IOException("broken: it is");
            }
            return plugin(name, configuration);
        });
    }

    private AdmissionPlugin plugin(String name, JsonNode configuration) {
        return new AdmissionPlugin() {
            @Override
            public void mutate(AdmissionRequest request) {
                ran.add(name + Json.text(configuration, "word"));
            }
        };
    }

    private List<String> run(List<String> enabled, List<String> disabled, String configuration) throws IOException {
        AdmissionOptions options = options(enabled, disabled);
        if (!configuration.isEmpty()) {
            options.configFile = Files.writeString(folder.resolve("admission.yaml"), configuration);
        }
        var nobody = new io.moka.apiserver.core.access.UserInfo("", List.of());
        var type = io.moka.apiserver.core.resource.Catalog.builtin().get("", "v1", "pods");
        PluginSelection.choose(rows, options, List.of(plugin("Always", Json.object())))
                .mutate(new AdmissionRequest(AdmissionRequest.Operation.CREATE, type, "", type.gvk(), "n", "p", Json.object(), null, Caller.own(nobody)));
        return ran;
    }

    private static AdmissionOptions options(List<String> enabled, List<String> disabled) {
        AdmissionOptions options = new AdmissionOptions();
        options.enabled = enabled;
        options.disabled = disabled;
        return options;
    }

    private static String configuration(String plugins) {
        return "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n" + plugins;
    }

    @Test
    void withoutFlagsTheDefaultsRunInOrder() throws IOException {
        assertEquals(List.of("Always", "First", "Third"), run(List.of(), List.of(), ""));
    }

    @Test
    void flagsAddAndTakeAwayButTheOrderStays() throws IOException {
        assertEquals(List.of("Always", "Second", "Third"), run(List.of("Third", "Second"), List.of("First"), ""));
    }

    @Test
    void aPluginGetsItsConfigurationInlineOrFromAFileBesideIt() throws IOException {
        Files.writeString(folder.resolve("third.yaml"), "word: -beside");
        assertEquals(List.of("Always", "First-inline", "Third-beside"), run(List.of(), List.of(), configuration("- {name: First, configuration: {word: -inline}}\n- {name: Third, path: third.yaml}\n- {name: Unheard, path: ''}")));
    }

    @Test
    void unknownAndContradictoryNamesAreRefused() {
        assertEquals("enable-admission-plugins plugin \"Fourth\" is unknown", assertThrows(IllegalArgumentException.class, () -> run(List.of("Fourth"), List.of(), "")).getMessage());
        assertEquals("disable-admission-plugins plugin \"Fourth\" is unknown", assertThrows(IllegalArgumentException.class, () -> run(List.of(), List.of("Fourth"), "")).getMessage());
        assertEquals("[First] in enable-admission-plugins and disable-admission-plugins overlapped", assertThrows(IllegalArgumentException.class, () -> run(List.of("First"), List.of("First"), "")).getMessage());
    }

    @Test
    void wrongConfigurationsSayWhereAndWhat() {
        Path file = folder.resolve("admission.yaml");
        assertEquals(file + ": First: broken: it is", assertThrows(IOException.class, () -> run(List.of(), List.of(), configuration("- {name: First, configuration: {broken: true}}"))).getMessage());
        assertTrue(assertThrows(IOException.class, () -> run(List.of(), List.of(), configuration("- {name: First, path: nowhere.yaml}"))).getMessage().endsWith("nowhere.yaml: there is no such file"));
        assertEquals(file + ": the plugin First is configured twice", assertThrows(IOException.class, () -> run(List.of(), List.of(), configuration("- {name: First}\n- {name: First}"))).getMessage());
        assertEquals(file + " is not a AdmissionConfiguration of apiserver.config.k8s.io", assertThrows(IOException.class, () -> run(List.of(), List.of(), "kind: Pod")).getMessage());
    }

    @Test
    void aPluginThatDoesNotRunIsNotMade() throws IOException {
        assertEquals(List.of("Always", "Third"), run(List.of(), List.of("First"), configuration("- {name: First, configuration: {broken: true}}")));
    }
}
