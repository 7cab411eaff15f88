package io.moka.proxy;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Passes each call on to one rule set for each address family. A family that fails does not stop the other one; the failures are thrown at the end.
final class BothFamilies implements RuleSet {

    /// A part of a call, for one family's rule set.
    private interface Step {
        void run(IpFamily family, RuleSet rules) throws IOException;
    }

    private final Map<IpFamily, RuleSet> families;

    BothFamilies(Map<IpFamily, RuleSet> families) {
        this.families = new LinkedHashMap<>(families);
    }

    @Override
    public void nodePortsOn(List<String> ranges) {
        families.values().forEach(rules -> rules.nodePortsOn(ranges));
    }

    @Override
    public void replaceAll(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        forEach((family, rules) -> rules.replaceAll(of(family, services)));
    }

    @Override
    public void update(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        forEach((family, rules) -> rules.update(of(family, services)));
    }

    @Override
    public void settle() throws IOException {
        forEach((_, rules) -> rules.settle());
    }

    @Override
    public boolean isIntact() throws IOException {
        for (var rules : families.values()) {
            if (!rules.isIntact()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String describe(Front front) {
        var rules = families.get(front.family());
        return rules == null ? front + " is of a family that this node has no rules for" : rules.describe(front);
    }

    @Override
    public List<String> held(Front front) throws IOException {
        var rules = families.get(front.family());
        return rules == null ? List.of() : rules.held(front);
    }

    @Override
    public void remove() throws IOException {
        forEach((_, rules) -> rules.remove());
    }

    private static Map<ObjectKey, Map<Front, Backends>> of(IpFamily family, Map<ObjectKey, Map<Front, Backends>> services) {
        var parts = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        services.forEach((key, fronts) -> {
            var part = new LinkedHashMap<>(fronts);
            part.keySet().removeIf(front -> front.family() != family);
            parts.put(key, part);
        });
        return parts;
    }

    private void forEach(Step step) throws IOException {
        var refused = new LinkedHashMap<ServicesRefusedException.Part, String>();
        @Nullable IOException failure = null;
        for (var entry : families.entrySet()) {
            try {
                step.run(entry.getKey(), entry.getValue());
            } catch (ServicesRefusedException e) {
                refused.putAll(e.reasons());
            } catch (IOException e) {
                failure = new IOException(entry.getKey().addressType() + ": " + e.getMessage(), e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        if (!refused.isEmpty()) {
            throw new ServicesRefusedException(refused);
        }
    }
}
