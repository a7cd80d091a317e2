using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions;

/// <summary>
/// Scores an endless sequence step by step: each call takes the next step and returns the prediction for all steps so far.
/// Create it with <c>ml.Model.CreateStreamingEngine</c>.
/// </summary>
/// <typeparam name="TIn">
/// A step: the model's input columns, with only the new step in the sequence column: a vector <c>[1, C]</c> or <c>[C]</c>
/// (several steps at once: <c>[t, C]</c>), or a vector of one key.
/// </typeparam>
/// <typeparam name="TOut">The columns wanted of the prediction.</typeparam>
/// <remarks>
/// <para>Every step costs the same, and the size of the state is constant, except for networks whose documentation says
/// otherwise (causal softmax attention). After n steps the scores equal those of a row of these n steps.</para>
/// <para>Transformers before and after the network see each step as a row of one step. <see cref="MissingValues.ForwardFill"/> fills from
/// the previous step. Before the first value, where a whole row is filled from later steps, it gives 0.</para>
/// <para>An engine is not thread-safe; create one per stream. Engines share the model's weights and do not dispose the model.</para>
/// </remarks>
/// <inheritdoc cref="StreamingCatalog.CreateStreamingEngine" path="/example"/>
/// <seealso href="../docs/Streaming.html">docs/Streaming.md</seealso>
public sealed class StreamingEngine<TIn, TOut> : StatefulEngine
    where TIn : class
    where TOut : class, new()
{
    private readonly PredictionEngine<TIn, TOut> _engine;
    private readonly IStreamScorer[] _streams;

    internal StreamingEngine(
        PredictionEngine<TIn, TOut> engine, IStreamScorer[] streams, IReadOnlyList<NetworkTransformer> networks)
        : base(networks) => (_engine, _streams) = (engine, streams);

    /// <inheritdoc/>
    public override long Steps => _streams[0].Steps;

    /// <summary>The size of the state in bytes.</summary>
    public long StateBytes => _streams.Sum(stream => stream.StateBytes);

    /// <summary>The columns of a prediction.</summary>
    public DataViewSchema OutputSchema => _engine.OutputSchema;

    /// <summary>Takes the next step.</summary>
    /// <param name="step">The step.</param>
    /// <returns>The prediction for all steps so far.</returns>
    /// <exception cref="InvalidDataException">The step is empty or has a value that is not allowed; the state is unchanged.</exception>
    /// <exception cref="InvalidOperationException"><typeparamref name="TOut"/> has no column that the network computes.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public TOut Predict(TIn step)
    {
        var prediction = new TOut();
        Predict(step, ref prediction);
        return prediction;
    }

    /// <summary>Takes the next step and fills an existing object.</summary>
    /// <param name="step">The step.</param>
    /// <param name="prediction">Receives the prediction for all steps so far.</param>
    /// <exception cref="InvalidDataException">The step is empty or has a value that is not allowed; the state is unchanged.</exception>
    /// <exception cref="InvalidOperationException"><typeparamref name="TOut"/> has no column that the network computes.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void Predict(TIn step, ref TOut prediction)
    {
        lock (Gate)
        {
            CheckAlive();
            var before = Steps;
            Take(step, ref prediction);
            if (Steps == before)
            {
                throw new InvalidOperationException(
                    $"{typeof(TOut).Name} asks for no column that the network computes, so the stream does not move; give it a Score or a PredictedLabel.");
            }
        }
    }

    // A network may refuse a step that an earlier network of the model has already taken.
    private void Take(TIn step, ref TOut prediction)
    {
        try
        {
            _engine.Predict(step, ref prediction);
        }
        catch
        {
            ForEachStream(stream => stream.Undo());
            throw;
        }
        ForEachStream(stream => stream.Keep());
    }

    private void ForEachStream(Action<IStreamScorer> action)
    {
        lock (Gate)
        {
            CheckAlive();
            foreach (var stream in _streams)
            {
                action(stream);
            }
        }
    }

    /// <inheritdoc/>
    public override void Reset() => ForEachStream(stream => stream.Reset());

    private protected override void Free()
    {
        _engine.Dispose();
        foreach (var stream in _streams)
        {
            stream.Free();
        }
    }

    private protected override IReadOnlyList<byte[]> Parts() => [.. _streams.Select(stream => stream.Save())];

    private protected override void Restore(IReadOnlyList<byte[]> parts)
    {
        if (parts.Count != _streams.Length)
        {
            throw new FormatException(
                $"The state is of {parts.Count} networks, and the model has {_streams.Length}. Load the model it belongs to, or start again "
                + "with Reset.");
        }
        foreach (var (stream, state) in _streams.Zip(parts))
        {
            stream.Check(state);
        }
        foreach (var (stream, state) in _streams.Zip(parts))
        {
            stream.Load(state);
        }
    }
}
