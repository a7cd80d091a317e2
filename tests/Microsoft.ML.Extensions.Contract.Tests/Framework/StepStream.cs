using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A streaming engine over toy rows that gives all numbers of a prediction.</summary>
/// <param name="Step">Takes a step.</param>
/// <param name="Reset">Forgets all steps.</param>
/// <param name="Save">The state.</param>
/// <param name="Load">Goes on from a state.</param>
/// <param name="Steps">The steps so far.</param>
/// <param name="StateBytes">The size of the state.</param>
/// <param name="Engine">The engine.</param>
public sealed record StepStream(
    Func<ToyRow, float[]> Step, Action Reset, Func<byte[]> Save, Action<byte[]> Load, Func<long> Steps, Func<long> StateBytes,
        IDisposable Engine)
    : IDisposable
{
    public static StepStream Over<TPrediction>(MLContext ml, ITransformer model, SchemaDefinition steps, Func<TPrediction, float[]> numbers)
        where TPrediction : class, new()
    {
        var engine = ml.Model.CreateStreamingEngine<ToyRow, TPrediction>(model, steps);
        return new StepStream(
            row => numbers(engine.Predict(row)), engine.Reset, () => Saved(engine), state => engine.LoadState(new MemoryStream(state)),
            () => engine.Steps, () => engine.StateBytes, engine);
    }

    /// <summary>The numbers after each step of a row.</summary>
    public float[][] Run(ToyInput input, ToyRow row) => [.. input.StepsOf(row).Select(Step)];

    public void Dispose() => Engine.Dispose();

    private static byte[] Saved<TPrediction>(StreamingEngine<ToyRow, TPrediction> engine)
        where TPrediction : class, new()
    {
        using var memory = new MemoryStream();
        engine.SaveState(memory);
        return memory.ToArray();
    }
}
