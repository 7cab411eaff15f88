package io.moka.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.pki.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The keys with which the apiserver encrypts secrets in etcd: `pki/encryption.json`, an EncryptionConfiguration, which the apiserver reads again when it changes.
///
/// The first key encrypts, all decrypt. Two keys mean that a rotation has begun and is not finished yet.
final class EncryptionKeys {

    /// The prefix of the bytes of an encrypted secret; the name of its key and a colon follow.
    static final String PREFIX = "k8s:enc:secretbox:v1:";
    private static final JsonMapper JSON = new JsonMapper();
    private static final int KEY_BYTES = 32;

    private final Path file;
    private final InstantSource clock;

    /// @param name   tells keys apart; those of one cluster differ
    /// @param secret the key, in base64
    record Key(String name, String secret) {
    }

    /// @param plain whether secrets that are not encrypted are read, too
    record State(List<Key> keys, boolean plain) {

        boolean rotating() {
            return keys.size() > 1;
        }

        Key newest() {
            return keys.getFirst();
        }
    }

    EncryptionKeys(Layout layout, InstantSource clock) {
        this.file = file(layout);
        this.clock = clock;
    }

    static Path file(Layout layout) {
        return layout.pki().resolve("encryption.json");
    }

    /// Makes the first key where there is none.
    ///
    /// @param plain whether the cluster may have secrets from before that are not encrypted
    void ensure(boolean plain) throws IOException {
        if (!Files.exists(file)) {
            write(new State(List.of(newKey()), plain));
        }
    }

    private Key newKey() {
        var secret = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(secret);
        return new Key("k" + clock.millis(), Base64.getEncoder().encodeToString(secret));
    }

    State read() throws IOException {
        if (!Files.exists(file)) {
            throw new ClusterException("there is no " + file + "; bin/moka up makes it");
        }
        var keys = new ArrayList<Key>();
        boolean plain = false;
        for (JsonNode provider : JSON.readTree(Files.readAllBytes(file)).path("resources").path(0).path("providers")) {
            plain |= provider.has("identity");
            provider.path("secretbox").path("keys").forEach(key -> keys.add(new Key(key.path("name").asText(), key.path("secret").asText())));
        }
        if (keys.isEmpty()) {
            throw new ClusterException(file + " has no key");
        }
        return new State(keys, plain);
    }

    /// Puts a new key before the others, unless a rotation is under way.
    State begin() throws IOException {
        var state = read();
        if (state.rotating()) {
            return state;
        }
        var begun = new State(List.of(newKey(), state.newest()), state.plain());
        write(begun);
        return begun;
    }

    /// Leaves the newest key alone. Nothing that another key encrypted, or none, can be read any more.
    void finish() throws IOException {
        write(new State(List.of(read().newest()), false));
    }

    private void write(State state) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("apiVersion", "apiserver.config.k8s.io/v1").put("kind", "EncryptionConfiguration");
        var entry = root.putArray("resources").addObject();
        entry.putArray("resources").add("secrets");
        var providers = entry.putArray("providers");
        var keys = providers.addObject().putObject("secretbox").putArray("keys");
        state.keys().forEach(key -> keys.addObject().put("name", key.name()).put("secret", key.secret()));
        if (state.plain()) {
            providers.addObject().putObject("identity");
        }
        PrivateFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    }
}
