using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A training or a scoring that this program runs when started by a test, with too little memory.</summary>
internal static partial class MemoryVictim
{
    public const string Command = "memory-victim";
    public const string Training = "training";
    public const string Scoring = "scoring";
    public const string Circuit = "circuit";

    private const int AddressSpace = 9;

    // What the process may have beyond what it has: less than the weights that are asked for, and more than the runtime and oneDNN need to
    // go on.
    private const long Megabytes = 300;

    public static void Run(string[] arguments)
    {
        switch (arguments[1])
        {
            case Training:
                Train(TrainerCases.Named(arguments[2]));
                break;
            case Scoring:
                Score(TrainerCases.Named(arguments[2]));
                break;
            case Circuit:
                RunModel();
                break;
        }
    }

    private static void Train(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        trainer.Fit(ml, data).Dispose();
        Try(() => trainer.Fit(ml, data, Widen).Dispose());
    }

    // One row whose activations in a network of 8 channels are more than there is.
    private static void Score(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        using var model = trainer.Fit(ml, trainer.Load(ml, 18, input: ToyInput.Unequal));
        var row = new ToyRow { Features = new float[2 * 10_000_000], Class = "low" };
        var data = trainer.Load(ml, [row], ToyInput.Unequal);
        Try(() => trainer.Task.Scores(model.Transform(data)));
    }

    // The attention of one row of 16,384 tokens has 2^28 numbers a head.
    private static void RunModel()
    {
        var config = new TransformerConfig { Heads = 2, ModelWidth = 8, HeadWidth = 4, MlpWidth = 8, Context = 16_384, Vocabulary = 4 };
        using var model = TransformerModel.CreateRandom(config, seed: 1);
        using (model.Run(new TokenBatch([[1, 2, 3]]), [new HookPoint(HookKind.Pattern, 0)]))
        {
        }
        Try(() => model.Run(new TokenBatch([new int[config.Context]]), [new HookPoint(HookKind.Pattern, 0)]).Dispose());
    }

    private static void Widen(TrainerOptions options)
    {
        switch (options)
        {
            case SequenceTrainerOptions sequence:
                sequence.HiddenSize = 4096;
                break;
            case LrcnOptions lrcn:
                lrcn.HiddenSize = 4096;
                break;
        }
    }

    private static void Try(Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Limit(Megabytes);
        var result = "done";
        try
        {
            action();
        }
        catch (OutOfMemoryException e)
        {
            result = e.Message;
        }
        finally
        {
            Limit(null);
        }
        Console.WriteLine(result);
    }

    private static void Limit(long? megabytes)
    {
        var used = long.Parse(
            File.ReadAllText("/proc/self/statm").Split(' ')[0], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        var limits = new ulong[2];
        if (GetLimit(AddressSpace, limits) != 0)
        {
            throw new InvalidOperationException("The limit of the address space cannot be read.");
        }
        limits[0] = megabytes is { } more ? (ulong)(used + (more << 20)) : limits[1];
        if (SetLimit(AddressSpace, limits) != 0)
        {
            throw new InvalidOperationException("The limit of the address space cannot be set.");
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, [Out] ulong[] limits);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ulong[] limits);
}
