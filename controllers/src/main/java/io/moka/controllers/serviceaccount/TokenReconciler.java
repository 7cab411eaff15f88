package io.moka.controllers.serviceaccount;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the token into one token secret, or deletes the secret if its account is gone.
final class TokenReconciler implements Reconciler<ObjectKey> {

    static final String NAME = "kubernetes.io/service-account.name";
    private static final String UID = "kubernetes.io/service-account.uid";

    private final Lister<Secret> secrets;
    private final Lister<ServiceAccount> accounts;
    private final Resources<Secret> secretWriter;
    private final Resources<ServiceAccount> accountReader;
    private final LegacyTokens tokens;
    private final String rootCertificates;

    TokenReconciler(ControllerContext context, LegacyTokens tokens, String rootCertificates) {
        this.secrets = TokenController.secrets(context).lister();
        this.accounts = context.informers().of(ServiceAccount.class).lister();
        this.secretWriter = context.client().resources(Secret.class);
        this.accountReader = context.client().resources(ServiceAccount.class);
        this.tokens = tokens;
        this.rootCertificates = rootCertificates;
    }

    static String annotation(Secret secret, String name) {
        var annotations = secret.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(name, "");
    }

    @Override
    public Outcome reconcile(ObjectKey key) throws IOException, JOSEException {
        var secret = secrets.get(key);
        if (secret == null || secret.getMetadata().getDeletionTimestamp() != null) {
            return Outcome.DONE;
        }
        var account = accountOf(secret);
        if (account == null) {
            delete(secret);
        } else {
            fill(secret, account);
        }
        return Outcome.DONE;
    }

    /// The cache may lag behind, so the server is asked before an account is taken for gone.
    private @Nullable ServiceAccount accountOf(Secret secret) {
        var namespace = secret.getMetadata().getNamespace();
        var name = annotation(secret, NAME);
        if (name.isEmpty()) {
            return null;
        }
        var known = accounts.get(namespace, name);
        if (known != null && isMeant(known, secret)) {
            return known;
        }
        var found = accountReader.find(namespace, name);
        return found != null && isMeant(found, secret) ? found : null;
    }

    private static boolean isMeant(ServiceAccount account, Secret secret) {
        var uid = annotation(secret, UID);
        return uid.isEmpty() || uid.equals(account.getMetadata().getUid());
    }

    private void fill(Secret secret, ServiceAccount account) throws IOException, JOSEException {
        Map<String, String> data = secret.getData() == null ? new HashMap<>() : new HashMap<>(secret.getData());
        data.put("ca.crt", encode(rootCertificates));
        if (isEmpty(data.get("namespace"))) {
            data.put("namespace", encode(account.getMetadata().getNamespace()));
        }
        if (isEmpty(data.get("token"))) {
            data.put("token", encode(tokens.sign(account, secret)));
        }
        if (!data.equals(secret.getData()) || annotation(secret, UID).isEmpty()) {
            var changed = Json.copy(secret);
            changed.setData(data);
            changed.getMetadata().getAnnotations().put(UID, account.getMetadata().getUid());
            secretWriter.update(changed);
        }
    }

    private static boolean isEmpty(@Nullable String value) {
        return value == null || value.isEmpty();
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private void delete(Secret secret) {
        try {
            secretWriter.delete(secret.getMetadata().getNamespace(), secret.getMetadata().getName(),
                    new DeleteOptionsBuilder().withNewPreconditions().withUid(secret.getMetadata().getUid()).endPreconditions().build());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
