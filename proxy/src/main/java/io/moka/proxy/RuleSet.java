package io.moka.proxy;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Writes the model's fronts and backends into the kernel as rules. Called by one thread.
///
/// Each mode of the proxy implements it, and `RuleSetContract` holds all of them to it with real connections.
public interface RuleSet {

    /// Names the ranges of the node's addresses at which node ports are served; those of other families are ignored. Takes effect with the
    /// next [#replaceAll(Map)].
    void nodePortsOn(List<String> ranges);

    /// Replaces everything by these services.
    ///
    /// @throws ServicesRefusedException when the kernel refused some: nothing is promised about the others until the call is repeated without them
    /// @throws IOException when it is unknown what the kernel holds now
    void replaceAll(Map<ObjectKey, Map<Front, Backends>> services) throws IOException;

    /// Brings these services up to date and touches no other; a service without fronts is removed.
    ///
    /// UDP flows that lead where their front does not lead any more are deleted, so that a client that keeps its port finds another endpoint.
    /// TCP connections live on.
    ///
    /// @throws ServicesRefusedException when the kernel refused some: of the refused services' family, everything is as it was before the call
    /// @throws IOException when it is unknown what the kernel holds now, and [#replaceAll(Map)] is due
    void update(Map<ObjectKey, Map<Front, Backends>> services) throws IOException;

    /// Removes what was left for packets that were on their way while the rules changed, and looks once more for stale UDP flows of the fronts that changed since
    /// the last call, as such a packet may have made one. Due about a second after a change.
    ///
    /// @throws IOException when it is unknown what the kernel holds now, and [#replaceAll(Map)] is due
    void settle() throws IOException;

    /// Whether what was installed is still there; cheap enough to ask twice a minute.
    boolean isIntact() throws IOException;

    /// The way that a packet to this front takes, in the mode's own words, as it was installed last. For a person to read; one step a line.
    String describe(Front front);

    /// The part of a front's rules that the kernel holds now, as its tool shows it, one part a line; empty where it holds nothing. For a person to read; may take a second
    /// among many services.
    List<String> held(Front front) throws IOException;

    /// Removes everything that this mode made, by this process or an earlier one. Does nothing where there is nothing.
    void remove() throws IOException;
}
