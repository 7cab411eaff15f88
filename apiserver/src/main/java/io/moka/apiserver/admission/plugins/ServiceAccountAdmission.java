package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.Caches;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Gives each pod a service account, and its containers the account's token: a projected volume with a token that is renewed,
/// the cluster's CA certificate and the namespace.
public final class ServiceAccountAdmission implements AdmissionPlugin {
    private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int TOKEN_SECONDS = 3607;
    private static final int READABLE_BY_ALL = 0644;

    private final Caches caches;
    private final ResourceType accounts;

    public ServiceAccountAdmission(Caches caches, Catalog catalog) {
        this.caches = caches;
        accounts = catalog.get("", "v1", "serviceaccounts");
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.creates("pods") || !Json.text(request.newObject(), "metadata", "annotations", MIRROR_ANNOTATION).isEmpty()) {
            return;
        }
        ObjectNode spec = Json.child(request.newObject(), "spec");
        String name = Json.text(spec, "serviceAccountName");
        if (name.isEmpty()) {
            name = "default";
            spec.put("serviceAccountName", name);
        }
        spec.put("serviceAccount", name);
        ObjectNode account = find(request.namespace(), name);
        if (account == null) {
            throw ApiException.forbidden("", "pods", request.nameToTell(), "error looking up service account " + request.namespace() + "/" + name
                    + ": serviceaccount \"" + name + "\" not found");
        }
        if (wantsToken(spec, account)) {
            mountToken(spec);
        }
        if (spec.path("imagePullSecrets").isEmpty() && !account.path("imagePullSecrets").isEmpty()) {
            spec.set("imagePullSecrets", account.get("imagePullSecrets").deepCopy());
        }
    }

    private @Nullable ObjectNode find(String namespace, String name) {
        ObjectNode found = caches.get(accounts, namespace, name);
        if (found == null) {
            caches.awaitFresh();
            found = caches.get(accounts, namespace, name);
        }
        return found;
    }

    private static boolean wantsToken(JsonNode spec, JsonNode account) {
        JsonNode own = spec.path("automountServiceAccountToken");
        return own.isBoolean() ? own.booleanValue() : account.path("automountServiceAccountToken").asBoolean(true);
    }

    private static void mountToken(ObjectNode spec) {
        String volume = tokenVolume(spec);
        boolean used = false;
        String name = volume.isEmpty() ? "kube-api-access-" + suffix() : volume;
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : spec.path(list)) {
                used |= mount((ObjectNode) container, name);
            }
        }
        if (used && volume.isEmpty()) {
            addVolume(spec.withArray("volumes"), name);
        }
    }

    private static String tokenVolume(JsonNode spec) {
        for (JsonNode volume : spec.path("volumes")) {
            if (Json.text(volume, "name").startsWith("kube-api-access-")) {
                return Json.text(volume, "name");
            }
        }
        return "";
    }

    private static String suffix() {
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            suffix.append(ALPHABET.charAt(ThreadLocalRandom.current().nextInt(ALPHABET.length())));
        }
        return suffix.toString();
    }

    private static boolean mount(ObjectNode container, String volume) {
        ArrayNode mounts = container.withArray("volumeMounts");
        for (JsonNode mount : mounts) {
            if (Json.text(mount, "mountPath").equals(MOUNT_PATH)) {
                return false;
            }
        }
        mounts.addObject().put("name", volume).put("readOnly", true).put("mountPath", MOUNT_PATH);
        return true;
    }

    private static void addVolume(ArrayNode volumes, String name) {
        ObjectNode projected = volumes.addObject().put("name", name).putObject("projected");
        ArrayNode sources = projected.putArray("sources");
        sources.addObject().putObject("serviceAccountToken").put("expirationSeconds", TOKEN_SECONDS).put("path", "token");
        sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt").putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        sources.addObject().putObject("downwardAPI").putArray("items").addObject().put("path", "namespace")
                .putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
        projected.put("defaultMode", READABLE_BY_ALL);
    }
}
