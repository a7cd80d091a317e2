using Microsoft.ML.Extensions.Networks;
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
/// <para>Not for several threads at once; make one engine a stream. Engines share the model's weights, and dispose no model.</para>
/// </remarks>
public sealed class StreamingEngine<TIn, TOut> : StatefulEngine
    where TIn : class
    where TOut : class, new()
{
    private readonly PredictionEngine<TIn, TOut> _engine;
    private readonly IReadOnlyList<StreamScorer> _streams;

    internal StreamingEngine(PredictionEngine<TIn, TOut> engine, IReadOnlyList<StreamScorer> streams, IReadOnlyList<NetworkTransformer> networks)
        : base(networks) => (_engine, _streams) = (engine, streams);

    /// <inheritdoc/>
    public override long Steps => _streams[0].State.Position;

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

    // A network may refuse what one before it has taken already.
    private void Take(TIn step, ref TOut prediction)
    {
        try
        {
            _engine.Predict(step, ref prediction);
        }
        catch
        {
            ForEachState(state => state.Undo());
            throw;
        }
        ForEachState(state => state.Keep());
    }

    private void ForEachState(Action<StreamState> action)
    {
        lock (Gate)
        {
            CheckAlive();
            foreach (var stream in _streams)
            {
                action(stream.State);
            }
        }
    }

    /// <inheritdoc/>
    public override void Reset() => ForEachState(state => state.Clear());

    private protected override void Free()
    {
        _engine.Dispose();
        foreach (var stream in _streams)
        {
            stream.Free();
        }
    }

    private protected override IReadOnlyList<byte[]> Parts() => [.. _streams.Select(stream => stream.State.Save())];

    private protected override void Restore(IReadOnlyList<byte[]> parts)
    {
        if (parts.Count != _streams.Count)
        {
            throw new FormatException($"The state is of {parts.Count} networks, and the model has {_streams.Count}. Load the model it belongs to, or begin anew with Reset.");
        }
        foreach (var (stream, state) in _streams.Zip(parts))
        {
            stream.Check(state);
        }
        foreach (var (stream, state) in _streams.Zip(parts))
        {
            stream.State.Load(state, stream.Device);
        }
    }
}
