package io.moka.apiserver.server;

import static io.moka.apiserver.admission.framework.PluginRow.off;
import static io.moka.apiserver.admission.framework.PluginRow.on;

import io.moka.apiserver.admission.framework.PluginRow;
import io.moka.apiserver.admission.limits.LimitRanger;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.admission.plugins.AlwaysPullImages;
import io.moka.apiserver.admission.plugins.AntiAffinityTopology;
import io.moka.apiserver.admission.plugins.CertificateRequester;
import io.moka.apiserver.admission.plugins.CertificateSigners;
import io.moka.apiserver.admission.plugins.CertificateSubjectRestriction;
import io.moka.apiserver.admission.plugins.ClaimResize;
import io.moka.apiserver.admission.plugins.DefaultClass;
import io.moka.apiserver.admission.plugins.DefaultTolerationSeconds;
import io.moka.apiserver.admission.plugins.DeviceAdminAccess;
import io.moka.apiserver.admission.plugins.EscalationCheck;
import io.moka.apiserver.admission.plugins.EventRateLimit;
import io.moka.apiserver.admission.plugins.ExtendedResourceToleration;
import io.moka.apiserver.admission.plugins.ExternalIps;
import io.moka.apiserver.admission.plugins.InUseProtection;
import io.moka.apiserver.admission.plugins.NamespaceLifecycle;
import io.moka.apiserver.admission.plugins.NodeRestriction;
import io.moka.apiserver.admission.plugins.NotReadyTaint;
import io.moka.apiserver.admission.plugins.OwnerReferences;
import io.moka.apiserver.admission.plugins.PodNodeSelector;
import io.moka.apiserver.admission.plugins.PodTopologyLabels;
import io.moka.apiserver.admission.plugins.PriorityAdmission;
import io.moka.apiserver.admission.plugins.RuntimeClassAdmission;
import io.moka.apiserver.admission.plugins.ServiceAccountAdmission;
import io.moka.apiserver.admission.plugins.UserNamespaces;
import io.moka.apiserver.admission.podsecurity.PodSecurity;
import io.moka.apiserver.admission.policy.BindingStrategy;
import io.moka.apiserver.admission.policy.MutatingPolicies;
import io.moka.apiserver.admission.policy.MutatingPolicyStrategy;
import io.moka.apiserver.admission.policy.ValidatingPolicies;
import io.moka.apiserver.admission.policy.ValidatingPolicyStrategy;
import io.moka.apiserver.admission.quota.ResourceQuotaAdmission;
import io.moka.apiserver.admission.webhook.ConfigurationStrategy;
import io.moka.apiserver.admission.webhook.MutatingWebhooks;
import io.moka.apiserver.admission.webhook.ValidatingWebhooks;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.storage.Caches;
import io.moka.apiserver.core.strategy.Strategies;
import io.moka.apiserver.extension.webhook.WebhookClient;
import io.moka.apiserver.front.authz.Escalation;
import io.moka.machinery.process.Metrics;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/// The table of admission plugins, in upstream's order and under upstream's names, with whether each runs by default. One default differs from
/// upstream's: NodeRestriction runs, so that a kubelet cannot change other nodes.
final class BuiltinPlugins {
    private BuiltinPlugins() {}

    /// The parts of the server that plugins use.
    ///
    /// @param writer to be called only once the server runs
    record Parts(MatchingContext cluster, WebhookClient webhooks, Supplier<ObjectWriter> writer, InstantSource clock) {
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
                on("NodeRestriction", () -> new NodeRestriction(caches, catalog, parts.authorizer())),
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
                // last, so that it counts only objects that no other plugin has refused
                on("ResourceQuota", configuration -> new ResourceQuotaAdmission(caches, catalog, parts.writer(), parts.clock(), configuration)));
    }

    /// Registers the strategies of the kinds that configure plugins.
    static void strategies(Strategies strategies) {
        strategies.put("mutatingwebhookconfigurations.admissionregistration.k8s.io", new ConfigurationStrategy());
        strategies.put("validatingwebhookconfigurations.admissionregistration.k8s.io", new ConfigurationStrategy());
        strategies.put("validatingadmissionpolicies.admissionregistration.k8s.io", new ValidatingPolicyStrategy());
        strategies.put("validatingadmissionpolicybindings.admissionregistration.k8s.io", new BindingStrategy(true));
        strategies.put("mutatingadmissionpolicies.admissionregistration.k8s.io", new MutatingPolicyStrategy());
        strategies.put("mutatingadmissionpolicybindings.admissionregistration.k8s.io", new BindingStrategy(false));
    }

    /// Returns the plugins that no flag turns off: checks that upstream makes in the storage of the kinds, and the refusal of features that this
    /// cluster's nodes lack.
    static List<AdmissionPlugin> always(Escalation escalation, Caches caches, Catalog catalog) {
        return List.of(new CertificateRequester(), new EscalationCheck(escalation), new UserNamespaces(), new DeviceAdminAccess(caches, catalog));
    }
}
