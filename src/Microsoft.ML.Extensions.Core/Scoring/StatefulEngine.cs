using System.Security.Cryptography;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions;

/// <summary>
/// The base of engines that follow one series step by step. The state can be saved, and restored by another engine of the same model.
/// </summary>
/// <remarks>
/// A state belongs to a model's weights; other models refuse it. The engine continues when the model is disposed, since it shares
/// the weights until it is disposed.
/// </remarks>
/// <seealso href="../docs/Streaming.html">docs/Streaming.md</seealso>
public abstract class StatefulEngine : IDisposable
{
    private readonly (NetworkTransformer Network, Lease<Network> Lease)[] _networks;
    private readonly Lazy<byte[]> _model;
    private bool _disposed;

    private protected StatefulEngine(IEnumerable<NetworkTransformer> networks)
    {
        _networks = [.. networks.Select(network => (network, network.Rent()))];
        _model = new(() => SHA256.HashData([.. _networks.SelectMany(pair => pair.Network.Fingerprint(pair.Lease))]));
    }

    /// <summary>Held during each call: a Dispose on another thread waits for the current step.</summary>
    private protected object Gate { get; } = new();

    /// <summary>The steps taken since the beginning, or since <see cref="Reset"/>.</summary>
    public abstract long Steps { get; }

    /// <summary>Forgets all steps.</summary>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public abstract void Reset();

    /// <summary>Writes the state to a file, completely or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void SaveState(string path) => AtomicFile.Write(path, State());

    /// <summary>Writes the state and leaves the stream open.</summary>
    /// <param name="destination">The stream.</param>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void SaveState(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(State());
    }

    /// <summary>Continues from the state in a file.</summary>
    /// <param name="path">A file that <see cref="SaveState(string)"/> wrote for the same model.</param>
    /// <exception cref="FormatException">The file is damaged or belongs to another model; the state is unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void LoadState(string path) => Load(File.ReadAllBytes(path));

    /// <summary>Continues from a state, which is read to the end of the stream.</summary>
    /// <param name="source">What <see cref="SaveState(Stream)"/> wrote for the same model.</param>
    /// <exception cref="FormatException">The state is damaged or belongs to another model; the engine's state is unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void LoadState(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var memory = new MemoryStream();
        source.CopyTo(memory);
        Load(memory.ToArray());
    }

    /// <summary>Frees the engine's state and its share of the model; the model itself stays.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }
            _disposed = true;
            Free();
            foreach (var (_, lease) in _networks)
            {
                lease.Dispose();
            }
        }
    }

    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    private protected void CheckAlive()
    {
        if (_disposed)
        {
            throw new ObjectDisposedException(
                GetType().Name, "The engine was disposed, and its state with it. Create another engine of the model; SaveState keeps the state of one.");
        }
    }

    private protected abstract void Free();

    /// <summary>The parts of the state, which <see cref="Restore"/> takes.</summary>
    private protected abstract IReadOnlyList<byte[]> Parts();

    private protected abstract void Restore(IReadOnlyList<byte[]> parts);

    private byte[] State()
    {
        lock (Gate)
        {
            CheckAlive();
            return StreamFile.Write(_model.Value, Parts());
        }
    }

    private void Load(byte[] file)
    {
        lock (Gate)
        {
            CheckAlive();
            Restore(StreamFile.Read(file, _model.Value));
        }
    }
}
