package io.moka.apiserver;

import static io.moka.apiserver.admission.PluginRow.off;
import static io.moka.apiserver.admission.PluginRow.on;

import io.moka.apiserver.admission.AdmissionPlugin;
import io.moka.apiserver.admission.CertificateRequester;
import io.moka.apiserver.admission.CertificateSigners;
import io.moka.apiserver.admission.CertificateSubjectRestriction;
import io.moka.apiserver.admission.DefaultTolerationSeconds;
import io.moka.apiserver.admission.EscalationCheck;
import io.moka.apiserver.admission.NamespaceLifecycle;
import io.moka.apiserver.admission.NodeRestriction;
import io.moka.apiserver.admission.PluginRow;
import io.moka.apiserver.admission.PriorityAdmission;
import io.moka.apiserver.admission.ServiceAccountAdmission;
import io.moka.apiserver.authz.Authorizer;
import io.moka.apiserver.authz.Escalation;
import io.moka.apiserver.limits.LimitRanger;
import io.moka.apiserver.matching.Cluster;
import io.moka.apiserver.plugins.AlwaysPullImages;
import io.moka.apiserver.plugins.AntiAffinityTopology;
import io.moka.apiserver.plugins.ClaimResize;
import io.moka.apiserver.plugins.DefaultClass;
import io.moka.apiserver.plugins.EventRateLimit;
import io.moka.apiserver.plugins.ExtendedResourceToleration;
import io.moka.apiserver.plugins.ExternalIps;
import io.moka.apiserver.plugins.InUseProtection;
import io.moka.apiserver.plugins.NotReadyTaint;
import io.moka.apiserver.plugins.OwnerReferences;
import io.moka.apiserver.plugins.PodNodeSelector;
import io.moka.apiserver.plugins.PodTopologyLabels;
import io.moka.apiserver.plugins.RuntimeClassAdmission;
import io.moka.apiserver.podsecurity.PodSecurity;
import io.moka.apiserver.policy.BindingStrategy;
import io.moka.apiserver.policy.MutatingPolicies;
import io.moka.apiserver.policy.MutatingPolicyStrategy;
import io.moka.apiserver.policy.ValidatingPolicies;
import io.moka.apiserver.policy.ValidatingPolicyStrategy;
import io.moka.apiserver.quota.ResourceQuotaAdmission;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.rest.ObjectWriter;
import io.moka.apiserver.storage.Caches;
import io.moka.apiserver.strategy.Strategies;
import io.moka.apiserver.webhook.WebhookClient;
import io.moka.apiserver.webhookadmission.ConfigurationStrategy;
import io.moka.apiserver.webhookadmission.MutatingWebhooks;
import io.moka.apiserver.webhookadmission.ValidatingWebhooks;
import io.moka.machinery.process.Metrics;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/// The admission plugins in upstream's order, under upstream's names, and whether they run by default. That differs from upstream's in one
/// case: NodeRestriction does, since a kubelet that may change any node is nobody's wish.
final class BuiltinPlugins {
    private BuiltinPlugins() {}

    /// What plugins work with.
    ///
    /// @param writer not to be asked for before the server runs
    record Parts(Cluster cluster, WebhookClient webhooks, Supplier<ObjectWriter> writer, InstantSource clock) {
        Catalog catalog() {
            return cluster.catalog();
        }

        Caches caches() {
            return cluster.caches();
        }

        Authorizer authorizer() {
            return cluster.authorizer();
        }
    }

    static List<PluginRow> rows(Parts parts) {
        Catalog catalog = parts.catalog();
        Caches caches = parts.caches();
        return List.of(
                on("NamespaceLifecycle", () -> new NamespaceLifecycle(caches, catalog)),
                off("LimitPodHardAntiAffinityTopology", AntiAffinityTopology::new),
                on("LimitRanger", () -> new LimitRanger(caches, catalog)),
                on("ServiceAccount", () -> new ServiceAccountAdmission(caches, catalog)),
                on("NodeRestriction", () -> new NodeRestriction(caches, catalog)),
                on("TaintNodesByCondition", NotReadyTaint::new),
                off("AlwaysPullImages", AlwaysPullImages::new),
                on("PodSecurity", configuration -> new PodSecurity(caches, catalog, Metrics.registry(), configuration)),
                off("PodNodeSelector", configuration -> new PodNodeSelector(caches, catalog, configuration)),
                on("Priority", () -> new PriorityAdmission(caches, catalog)),
                on("DefaultTolerationSeconds", DefaultTolerationSeconds::new),
                off("EventRateLimit", configuration -> new EventRateLimit(parts.clock(), configuration)),
                off("ExtendedResourceToleration", ExtendedResourceToleration::new),
                on("DefaultStorageClass", () -> DefaultClass.ofStorage(caches, catalog)),
                on("StorageObjectInUseProtection", InUseProtection::new),
                off("OwnerReferencesPermissionEnforcement", () -> new OwnerReferences(parts.authorizer(), catalog)),
                on("PersistentVolumeClaimResize", () -> new ClaimResize(caches, catalog)),
                on("RuntimeClass", () -> new RuntimeClassAdmission(caches, catalog)),
                on("CertificateApproval", () -> CertificateSigners.approval(parts.authorizer())),
                on("CertificateSigning", () -> CertificateSigners.signing(parts.authorizer())),
                on("CertificateSubjectRestriction", CertificateSubjectRestriction::new),
                on("DefaultIngressClass", () -> DefaultClass.ofIngress(caches, catalog)),
                off("DenyServiceExternalIPs", ExternalIps::new),
                on("PodTopologyLabels", () -> new PodTopologyLabels(caches, catalog)),
                on("MutatingAdmissionPolicy", () -> new MutatingPolicies(parts.cluster())),
                on("MutatingAdmissionWebhook", () -> new MutatingWebhooks(parts.cluster(), parts.webhooks())),
                on("ValidatingAdmissionPolicy", () -> new ValidatingPolicies(parts.cluster())),
                on("ValidatingAdmissionWebhook", () -> new ValidatingWebhooks(parts.cluster(), parts.webhooks())),
                // what counts only what nobody else has refused
                on("ResourceQuota", configuration -> new ResourceQuotaAdmission(caches, catalog, parts.writer(), parts.clock(), configuration)));
    }

    /// What is special about the kinds that configure plugins.
    static void strategies(Strategies strategies) {
        strategies.put("mutatingwebhookconfigurations.admissionregistration.k8s.io", new ConfigurationStrategy());
        strategies.put("validatingwebhookconfigurations.admissionregistration.k8s.io", new ConfigurationStrategy());
        strategies.put("validatingadmissionpolicies.admissionregistration.k8s.io", new ValidatingPolicyStrategy());
        strategies.put("validatingadmissionpolicybindings.admissionregistration.k8s.io", new BindingStrategy(true));
        strategies.put("mutatingadmissionpolicies.admissionregistration.k8s.io", new MutatingPolicyStrategy());
        strategies.put("mutatingadmissionpolicybindings.admissionregistration.k8s.io", new BindingStrategy(false));
    }

    /// What upstream does in the storage of the kinds: no flag turns it off.
    static List<AdmissionPlugin> always(Escalation escalation) {
        return List.of(new CertificateRequester(), new EscalationCheck(escalation));
    }
}
