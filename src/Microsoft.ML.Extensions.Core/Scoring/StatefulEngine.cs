using System.Security.Cryptography;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions;

/// <summary>What follows one series step by step: its state can be saved, and restored by another engine of the same model.</summary>
/// <remarks>A state belongs to a model's weights, and is refused by any other model.</remarks>
public abstract class StatefulEngine : IDisposable
{
    private readonly Lazy<byte[]> _model;
    private bool _disposed;

    private protected StatefulEngine(IReadOnlyList<NetworkTransformer> networks) =>
        _model = new(() => SHA256.HashData([.. networks.SelectMany(network => network.Fingerprint())]));

    /// <summary>The steps taken since the beginning, or since <see cref="Reset"/>.</summary>
    public abstract long Steps { get; }

    /// <summary>Forgets all steps.</summary>
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
        if (!_disposed)
        {
            _disposed = true;
            Free();
        }
    }

    private protected void CheckAlive() => ObjectDisposedException.ThrowIf(_disposed, this);

    private protected abstract void Free();

    /// <summary>The state, in as many parts as <see cref="Restore"/> is given back.</summary>
    private protected abstract IReadOnlyList<byte[]> Parts();

    private protected abstract void Restore(IReadOnlyList<byte[]> parts);

    private byte[] State()
    {
        CheckAlive();
        return StreamFile.Write(_model.Value, Parts());
    }

    private void Load(byte[] file)
    {
        CheckAlive();
        Restore(StreamFile.Read(file, _model.Value));
    }
}
