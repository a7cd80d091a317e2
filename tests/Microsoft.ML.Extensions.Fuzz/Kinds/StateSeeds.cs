using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>States of streams and of forecasts: changed under a checksum that agrees, or as bytes.</summary>
internal static class StateSeeds
{
    private const int ModelStart = 8;

    private static readonly MLContext Context = new(1);

    public static IReadOnlyList<FuzzSeed> Streams(string folder) =>
        [.. SeedModels.All.Where(model => model.Name.StartsWith("stream", StringComparison.Ordinal)).Select(Stream)];

    public static IReadOnlyList<FuzzSeed> Forecasts(string folder) =>
        [.. SeedModels.All.Where(model => model.Name.StartsWith("forecast", StringComparison.Ordinal)).Select(Forecast)];

    private sealed class Scores
    {
        public float Score { get; set; }
    }

    private sealed class ClassScores
    {
        public float[] Score { get; set; } = [];
    }

    private static FuzzSeed Stream(SeedModel model)
    {
        var loaded = Context.Model.Load(model.Path, out _);
        var steps = Enumerable.Range(0, 4).Select(t => new SeedModels.StepRow { Features = [t / 2f, 1 - t] }).ToArray();
        if (loaded.GetOutputSchema(model.Data(Context).Schema)["Score"].Type is VectorDataViewType)
        {
            var classes = Context.Model.CreateStreamingEngine<SeedModels.StepRow, ClassScores>(loaded);
            return Seed(model.Name, classes, () =>
                Array.ForEach(steps, step => Answers.Finite("Score", classes.Predict(step).Score)), classes.Reset);
        }
        var engine = Context.Model.CreateStreamingEngine<SeedModels.StepRow, Scores>(loaded);
        return Seed(model.Name, engine, () =>
            Array.ForEach(steps, step => Answers.Finite("Score", [engine.Predict(step).Score])), engine.Reset);
    }

    private static FuzzSeed Forecast(SeedModel model)
    {
        var engine = Context.Model.CreateForecastingEngine<SeedModels.SeriesRow, ClassScores>(Context.Model.Load(model.Path, out _));
        var rows = SeedModels.SeriesRows(30);
        var known = engine.KnownSteps > 0 ? rows[..engine.KnownSteps] : null;
        return Seed(
            model.Name, engine,
            () =>
            {
                foreach (var row in rows[..14])
                {
                    engine.Observe(row);
                    if (engine.Steps >= engine.WindowLength)
                    {
                        Answers.Finite("Score", engine.Forecast(known).Score);
                    }
                }
            },
            engine.Reset);
    }

    private static FuzzSeed Seed(string name, StatefulEngine engine, Action goOn, Action reset)
    {
        goOn();
        using var memory = new MemoryStream();
        engine.SaveState(memory);
        var state = memory.ToArray();
        return new FuzzSeed(name, state, random => Changed(state, random), input => Try(engine, goOn, reset, state, input));
    }

    private static bool Try(StatefulEngine engine, Action goOn, Action reset, byte[] right, byte[] input)
    {
        engine.LoadState(new MemoryStream(right));
        var steps = engine.Steps;
        try
        {
            engine.LoadState(new MemoryStream(input));
        }
        catch (FormatException e) when (e.Message.Length > 0)
        {
            return engine.Steps == steps ? false : throw new Finding("state: refused, and not as before", e);
        }
        try
        {
            goOn();
        }
        catch (InvalidDataException)
        {
            // A row's score is no number, or the window has a missing value that the model refuses: it says so.
        }
        reset();
        return true;
    }

    private static byte[] Changed(byte[] state, Random random)
    {
        if (random.Next(8) == 0)
        {
            return FileChange.Drawn(state, random);
        }
        var model = state[ModelStart..(ModelStart + SHA256.HashSizeInBytes)];
        var parts = StreamFile.Read(state, model).ToList();
        switch (random.Next(10))
        {
            case 0:
                parts.Add(parts[random.Next(parts.Count)]);
                break;
            case 1:
                parts.RemoveAt(random.Next(parts.Count));
                break;
            default:
                var at = random.Next(parts.Count);
                parts[at] = TensorChange.Drawn(parts[at], random);
                break;
        }
        var changed = StreamFile.Write(model, parts);
        if (random.Next(10) == 0)
        {
            // A length that is not there.
            var head = ModelStart + (2 * SHA256.HashSizeInBytes);
            BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(head, Math.Min(8, changed.Length - head)) is { Length: 8 } length
                ? length : new byte[8], random.NextInt64());
            SHA256.HashData(changed.AsSpan(head), changed.AsSpan(head - SHA256.HashSizeInBytes));
        }
        return changed;
    }
}
