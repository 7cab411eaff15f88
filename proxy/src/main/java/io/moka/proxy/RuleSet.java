package io.moka.proxy;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import java.io.IOException;
import java.util.Map;

/// A way to make the kernel do what the model says. Called by one thread.
public interface RuleSet {

    /// Replaces everything by these services, in one step.
    void replaceAll(Map<ObjectKey, Map<Front, Backends>> services) throws IOException;

    /// Brings these services up to date and touches no other; a service without fronts is removed.
    ///
    /// @throws IOException when the kernel refused; its state is then unknown and [#replaceAll(Map)] is due
    void update(Map<ObjectKey, Map<Front, Backends>> services) throws IOException;

    /// Whether what was installed is still there; cheap enough to ask twice a minute.
    boolean isIntact() throws IOException;
}
