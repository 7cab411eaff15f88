package io.moka.apiserver.core.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;

/// The providers of a resource: the first one encrypts, all of them can decrypt.
record Providers(List<Provider> all) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static Providers of(JsonNode list, String where) throws IOException {
        List<Provider> providers = new ArrayList<>();
        for (JsonNode entry : list) {
            if (entry.size() != 1) {
                throw new IOException(where + ": each of the providers has exactly one type");
            }
            for (Map.Entry<String, JsonNode> type : entry.properties()) {
                switch (type.getKey()) {
                    case "identity" -> providers.add(new Provider.Identity());
                    case "aesgcm", "aescbc", "secretbox" -> addKeys(providers, type.getKey(), type.getValue().path("keys"), where);
                    default -> throw new IOException(where + ": there is no provider " + type.getKey() + ": identity, aesgcm, aescbc, secretbox");
                }
            }
        }
        if (providers.isEmpty()) {
            throw new IOException(where + ": there must be a provider");
        }
        return new Providers(List.copyOf(providers));
    }

    private static void addKeys(List<Provider> providers, String type, JsonNode keys, String where) throws IOException {
        if (keys.isEmpty()) {
            throw new IOException(where + "." + type + ".keys: there must be a key");
        }
        for (JsonNode entry : keys) {
            String name = Json.text(entry, "name");
            if (name.isEmpty() || name.contains(":")) {
                throw new IOException(where + "." + type + ".keys: a key needs a name, without colons");
            }
            byte[] prefix = ("k8s:enc:" + type + ":v1:" + name + ":").getBytes(UTF_8);
            SecretKeySpec key = new SecretKeySpec(secret(entry, where + "." + type + ".keys." + name, type.equals("secretbox")), "AES");
            providers.add(switch (type) {
                case "aesgcm" -> new Provider.AesGcm(prefix, key, RANDOM);
                case "aescbc" -> new Provider.AesCbc(prefix, key, RANDOM);
                default -> new Provider.SecretBox(prefix, key, RANDOM);
            });
        }
    }

    private static byte[] secret(JsonNode key, String where, boolean box) throws IOException {
        try {
            byte[] secret = Base64.getDecoder().decode(Json.text(key, "secret"));
            if (box && secret.length != 32) {
                throw new IOException(where + ": a secret has 32 bytes, this one " + secret.length);
            }
            if (secret.length != 16 && secret.length != 24 && secret.length != 32) {
                throw new IOException(where + ": a secret has 16, 24 or 32 bytes, this one " + secret.length);
            }
            return secret;
        } catch (IllegalArgumentException malformed) {
            throw new IOException(where + ": the secret is not base64", malformed);
        }
    }

    byte[] encrypt(String path, byte[] plain) {
        return all.getFirst().encrypt(path, plain);
    }

    byte[] decrypt(String path, byte[] stored) throws GeneralSecurityException {
        GeneralSecurityException failure = new GeneralSecurityException("no matching prefix found");
        for (Provider provider : all) {
            if (provider.wrote(stored)) {
                try {
                    return provider.decrypt(path, stored);
                } catch (GeneralSecurityException unfit) {
                    failure = unfit;
                }
            }
        }
        throw failure;
    }

    boolean stale(byte[] stored) {
        return !all.getFirst().wrote(stored);
    }
}
