using System.Security.Cryptography;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions;

/// <summary>What follows one series step by step: its state can be saved, and restored by another engine of the same model.</summary>
/// <remarks>
/// A state belongs to a model's weights, and is refused by any other model. The engine goes on when the model is disposed: it has a share in
/// the weights until it is disposed itself.
/// </remarks>
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

    /// <summary>One call at a time: a Dispose on another thread waits for the step that is being taken.</summary>
    private protected object Gate { get; } = new();

    /// <summary>The steps taken since the beginning, or since <see cref="Reset"/>.</summary>
    public abstract long Steps { get; }

    /// <summary>Forgets all steps.</summary>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public abstract void Reset();

    /// <summary>Writes the state to a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void SaveState(string path) => AtomicFile.Write(path, State());

    /// <summary>Writes the state and leaves the stream open.</summary>
    /// <param name="destination">Where to.</param>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void SaveState(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(State());
    }

    /// <summary>Goes on from the state in a file.</summary>
    /// <param name="path">A file that <see cref="SaveState(string)"/> wrote for the same model.</param>
    /// <exception cref="FormatException">The file is damaged, or of another model; the state is as before.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void LoadState(string path) => Load(File.ReadAllBytes(path));

    /// <summary>Goes on from a state, read to the end of the stream.</summary>
    /// <param name="source">What <see cref="SaveState(Stream)"/> wrote for the same model.</param>
    /// <exception cref="FormatException">The state is damaged, or of another model; the state is as before.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void LoadState(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var memory = new MemoryStream();
        source.CopyTo(memory);
        Load(memory.ToArray());
    }

    /// <summary>Frees what the engine holds; the model stays.</summary>
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
                GetType().Name, "The engine was disposed, and its state with it. Make another of the model; SaveState keeps a state before that.");
        }
    }

    private protected abstract void Free();

    /// <summary>The state, in as many parts as <see cref="Restore"/> is given back.</summary>
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
