using System.Security.Cryptography;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions;

/// <summary>
/// Scores one endless sequence as it comes: give it a time step, get the prediction for all steps so far.
/// Make it with <c>ml.Model.CreateStreamingEngine</c>.
/// </summary>
/// <typeparam name="TIn">
/// A step: the model's input columns, where the sequence column holds the new step alone: a vector <c>[1, C]</c> or <c>[C]</c>
/// (several steps at once: <c>[t, C]</c>), or a vector of one key.
/// </typeparam>
/// <typeparam name="TOut">The columns wanted of the prediction.</typeparam>
/// <remarks>
/// <para>A step costs the same whether it is the tenth or the millionth, and the state stays of one size, except for networks that say
/// otherwise (causal softmax attention). After n steps the scores are those that the model gives a row of these n steps.</para>
/// <para>Transformers before and after the network see each step as a row of one step. <see cref="MissingValues.ForwardFill"/> fills from the
/// step before; only before the very first value, which a whole row would take from the steps after it, does it give 0.</para>
/// <para>Not for several threads at once; make one engine a stream. Engines share the model's weights, and do not own the model.</para>
/// </remarks>
public sealed class StreamingEngine<TIn, TOut> : IDisposable
    where TIn : class
    where TOut : class, new()
{
    private readonly PredictionEngine<TIn, TOut> _engine;
    private readonly IReadOnlyList<StreamScorer> _streams;
    private readonly Lazy<byte[]> _model;
    private bool _disposed;

    internal StreamingEngine(PredictionEngine<TIn, TOut> engine, IReadOnlyList<StreamScorer> streams, IReadOnlyList<NetworkTransformer> networks)
    {
        (_engine, _streams) = (engine, streams);
        _model = new(() => SHA256.HashData([.. networks.SelectMany(network => network.Fingerprint())]));
    }

    /// <summary>The steps taken since the beginning, or since <see cref="Reset"/>.</summary>
    public long Steps => _streams[0].State.Position;

    /// <summary>The bytes that the state takes.</summary>
    public long StateBytes => _streams.Sum(stream => stream.State.Bytes);

    /// <summary>The columns of a prediction.</summary>
    public DataViewSchema OutputSchema => _engine.OutputSchema;

    /// <summary>Takes the next step.</summary>
    /// <param name="step">The step.</param>
    /// <returns>The prediction for all steps so far.</returns>
    /// <exception cref="InvalidDataException">The step is empty or has a value that is refused; the state is as before.</exception>
    /// <exception cref="InvalidOperationException"><typeparamref name="TOut"/> has no column that the network computes.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public TOut Predict(TIn step)
    {
        var prediction = new TOut();
        Predict(step, ref prediction);
        return prediction;
    }

    /// <summary>Takes the next step and fills an object that exists.</summary>
    /// <param name="step">The step.</param>
    /// <param name="prediction">Takes the prediction for all steps so far.</param>
    /// <exception cref="InvalidDataException">The step is empty or has a value that is refused; the state is as before.</exception>
    /// <exception cref="InvalidOperationException"><typeparamref name="TOut"/> has no column that the network computes.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void Predict(TIn step, ref TOut prediction)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var before = Steps;
        _engine.Predict(step, ref prediction);
        if (Steps == before)
        {
            throw new InvalidOperationException(
                $"{typeof(TOut).Name} asks for no column that the network computes, so the stream does not move; give it a Score or a PredictedLabel.");
        }
    }

    /// <summary>Forgets all steps.</summary>
    public void Reset()
    {
        foreach (var stream in _streams)
        {
            stream.State.Clear();
        }
    }

    /// <summary>Writes the state to a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveState(string path) => AtomicFile.Write(path, State());

    /// <summary>Writes the state and leaves the stream open.</summary>
    /// <param name="destination">Where to.</param>
    public void SaveState(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(State());
    }

    /// <summary>Goes on from the state in a file.</summary>
    /// <param name="path">A file that <see cref="SaveState(string)"/> wrote for the same model.</param>
    /// <exception cref="FormatException">The file is damaged, or of another model; the state is as before.</exception>
    public void LoadState(string path) => Load(File.ReadAllBytes(path));

    /// <summary>Goes on from a state, read to the end of the stream.</summary>
    /// <param name="source">What <see cref="SaveState(Stream)"/> wrote for the same model.</param>
    /// <exception cref="FormatException">The state is damaged, or of another model; the state is as before.</exception>
    public void LoadState(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var memory = new MemoryStream();
        source.CopyTo(memory);
        Load(memory.ToArray());
    }

    /// <summary>Frees the state; the model stays.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        _engine.Dispose();
        foreach (var stream in _streams)
        {
            stream.Dispose();
        }
    }

    private byte[] State()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return StreamFile.Write(_model.Value, [.. _streams.Select(stream => stream.State.Save())]);
    }

    private void Load(byte[] file)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var states = StreamFile.Read(file, _model.Value);
        foreach (var (stream, state) in _streams.Zip(states))
        {
            stream.State.Load(state, stream.Device);
        }
    }
}
