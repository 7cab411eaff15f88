package io.moka.apiserver.core.encryption;

import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.storage.CasResult;
import io.moka.apiserver.core.storage.Store;
import io.moka.apiserver.core.storage.StoreWatch;
import io.moka.apiserver.core.storage.UnreadableObjectException;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store that encrypts the values of the resources that the configuration names, before it passes them to the store below.
///
/// `get` fails for a value that cannot be decrypted. Pages and watches pass it on undecrypted: the
/// cache cannot read it, and requests that list it get an error.
public final class EncryptedStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(EncryptedStore.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Store below;
    private final String prefix;
    private final Catalog catalog;
    private final Path file;
    private final boolean reload;
    private volatile EncryptionConfiguration configuration;
    private byte[] lastRead;

    private EncryptedStore(Store below, Path file, boolean reload, String prefix, Catalog catalog) throws IOException {
        this.below = below;
        this.file = file;
        this.reload = reload;
        this.prefix = prefix;
        this.catalog = catalog;
        lastRead = Files.readAllBytes(file);
        configuration = EncryptionConfiguration.read(file, catalog);
    }

    /// @param prefix the prefix of all keys; ends in `/`
    /// @throws IOException when the configuration cannot be read or is invalid
    public static EncryptedStore open(Store below, EncryptionOptions options, String prefix, Catalog catalog) throws IOException {
        return new EncryptedStore(below, Objects.requireNonNull(options.configFile), options.reload, prefix, catalog);
    }

    /// Follows changes of the configuration file, if the options ask for that.
    ///
    /// @param changed runs after each change
    public Reloads follow(Runnable changed, Sleeper sleeper) {
        if (!reload) {
            return Reloads.NONE;
        }
        Thread follower = NeededThread.unstarted("encryption-config", () -> watchFile(changed, sleeper));
        follower.start();
        return follower::interrupt;
    }

    private void watchFile(Runnable changed, Sleeper sleeper) {
        try {
            while (true) {
                sleeper.sleep(LOOK);
                if (takeOver()) {
                    changed.run();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean takeOver() {
        try {
            byte[] now = Files.readAllBytes(file);
            if (Arrays.equals(now, lastRead)) {
                return false;
            }
            lastRead = now;
            configuration = EncryptionConfiguration.read(file, catalog);
            LOG.info("Took over {}", file);
            return true;
        } catch (IOException | RuntimeException bad) {
            LOG.error("The encryption stays as it is: {}", bad.getMessage());
            return false;
        }
    }

    private @Nullable Providers providers(String key) {
        return key.startsWith(prefix) ? configuration.of(key.substring(prefix.length())) : null;
    }

    private byte[] encrypted(String key, byte[] plain) {
        Providers providers = providers(key);
        return providers == null ? plain : providers.encrypt(key, plain);
    }

    private Value decrypted(Value stored) {
        Providers providers = providers(stored.key());
        if (providers == null) {
            return stored;
        }
        try {
            return new Value(stored.key(), providers.decrypt(stored.key(), stored.bytes()), stored.revision());
        } catch (GeneralSecurityException failed) {
            throw new UnreadableObjectException("unable to transform key \"" + stored.key() + "\": " + failed.getMessage());
        }
    }

    private byte[] decryptedOrAsItIs(String key, byte[] stored) {
        Providers providers = providers(key);
        if (providers == null) {
            return stored;
        }
        try {
            return providers.decrypt(key, stored);
        } catch (GeneralSecurityException failed) {
            LOG.error("Unable to transform key \"{}\": {}", key, failed.getMessage());
            return stored;
        }
    }

    @Override
    public @Nullable Value get(String key) {
        Value stored = below.get(key);
        return stored == null ? null : decrypted(stored);
    }

    @Override
    public Compaction compact(long round, long revision) {
        return below.compact(round, revision);
    }

    @Override
    public Page range(String rangePrefix, String fromKey, int limit, long revision) {
        Page page = below.range(rangePrefix, fromKey, limit, revision);
        List<Value> values = page.values().stream().map(value -> new Value(value.key(), decryptedOrAsItIs(value.key(), value.bytes()), value.revision())).toList();
        return new Page(values, page.revision(), page.more(), page.remaining());
    }

    @Override
    public CasResult create(String key, byte[] bytes, long ttlSeconds) {
        return decrypted(below.create(key, encrypted(key, bytes), ttlSeconds));
    }

    @Override
    public CasResult update(String key, byte[] bytes, long expectedRevision, long ttlSeconds) {
        return decrypted(below.update(key, encrypted(key, bytes), expectedRevision, ttlSeconds));
    }

    @Override
    public CasResult put(String key, byte[] bytes, long expectedRevision, Reservations reservations) {
        Map<String, byte[]> taken = new LinkedHashMap<>();
        reservations.taken().forEach((claim, content) -> taken.put(claim, encrypted(claim, content)));
        return decrypted(below.put(key, encrypted(key, bytes), expectedRevision, new Reservations(taken, reservations.released(), reservations.guard())));
    }

    @Override
    public CasResult delete(String key, long expectedRevision, Set<String> released) {
        return decrypted(below.delete(key, expectedRevision, released));
    }

    private CasResult decrypted(CasResult result) {
        return switch (result) {
            case CasResult.Committed committed -> committed;
            case CasResult.Outrun outrun -> outrun;
            case CasResult.Conflict(Value current) -> new CasResult.Conflict(current == null ? null : decrypted(current));
        };
    }

    @Override
    public boolean stale(String key) {
        Providers providers = providers(key);
        Value stored = providers == null ? null : below.get(key);
        return providers != null && stored != null && providers.stale(stored.bytes());
    }

    @Override
    public long currentRevision() {
        return below.currentRevision();
    }

    @Override
    public StoreWatch watch(String watchPrefix, long fromRevision) {
        StoreWatch watch = below.watch(watchPrefix, fromRevision);
        return new StoreWatch() {
            @Override
            public List<Change> take(Duration patience) throws InterruptedException {
                return watch.take(patience).stream().map(EncryptedStore.this::decrypted).toList();
            }

            @Override
            public void close() {
                watch.close();
            }
        };
    }

    private StoreWatch.Change decrypted(StoreWatch.Change change) {
        return switch (change) {
            case StoreWatch.Put put -> new StoreWatch.Put(put.key(), decryptedOrAsItIs(put.key(), put.bytes()), put.revision());
            case StoreWatch.Removed removed -> removed;
        };
    }

    @Override
    public void close() {
        below.close();
    }
}
