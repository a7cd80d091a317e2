using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The cells of ParaRNN models by their names in model files: the paper's, and custom ones.</summary>
/// <remarks>
/// A model file names its cell, and code is never loaded by a name from a file. So a program that trains or loads a model with a custom
/// cell registers the cell at startup: <c>ParaRnnCells.Register&lt;MyCell&gt;("MyCell")</c>. The method is thread-safe.
/// </remarks>
public static class ParaRnnCells
{
    private static readonly object s_lock = new();

    private static readonly Dictionary<string, Entry> s_byName = new(StringComparer.Ordinal)
    {
        [nameof(ParaRnnCell.Gru)] = Entry.Of<ParaGruCell>(),
        [nameof(ParaRnnCell.Lstm)] = Entry.Of<ParaLstmCell>(),
    };

    /// <summary>Registers a cell under the name that model files use; registering it again has no effect.</summary>
    /// <typeparam name="TCell">The cell.</typeparam>
    /// <param name="name">The name, the same in every program that uses the models. <c>Gru</c> and <c>Lstm</c> are taken.</param>
    /// <exception cref="ArgumentException">
    /// The name is empty or another cell's, the cell has another name, or its numbers of gates, states or parameters are out of range.
    /// </exception>
    public static void Register<TCell>(string name) where TCell : struct, IRecurrentCell<TCell>
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        CheckSizes<TCell>();
        lock (s_lock)
        {
            if (NameOf(typeof(TCell)) is { } known && known != name)
            {
                throw new ArgumentException(
                    $"The cell {typeof(TCell)} is registered as '{known}' and cannot be '{name}' too.", nameof(name));
            }
            if (s_byName.TryGetValue(name, out var entry) && entry.Type != typeof(TCell))
            {
                throw new ArgumentException(
                    $"The name '{name}' is that of the cell {entry.Type}; choose another one for {typeof(TCell)}.", nameof(name));
            }
            s_byName[name] = Entry.Of<TCell>();
        }
    }

    /// <summary>The name of a registered cell.</summary>
    internal static string NameOf<TCell>() where TCell : struct, IRecurrentCell<TCell>
    {
        lock (s_lock)
        {
            return NameOf(typeof(TCell)) ?? throw new InvalidOperationException(
                $"The cell {typeof(TCell)} has no name to be saved under. Call ParaRnnCells.Register<{typeof(TCell).Name}>(\"...\") first, "
                + "here and in every program that loads the model.");
        }
    }

    /// <summary>Creates a block around the cell that the options name.</summary>
    internal static SequenceBlock Block(ParaRnnOptions options, RandomSource randomness, Generator generator)
    {
        var name = options.CustomCell ?? $"{options.Cell}";
        return Find(name).Block(options, randomness, generator);
    }

    /// <summary>The same as C# kernels.</summary>
    internal static ManagedBlock ManagedBlock(ParaRnnOptions options, ManagedParts parts) =>
        Find(options.CustomCell ?? $"{options.Cell}").Managed(options, parts);

    private static Entry Find(string name)
    {
        lock (s_lock)
        {
            return s_byName.GetValueOrDefault(name) ?? throw new InvalidOperationException(
                $"The model has a ParaRNN cell '{name}', which this program does not know. Call ParaRnnCells.Register<TCell>(\"{name}\") "
                + "with the cell it was trained with before the model is loaded.");
        }
    }

    private static string? NameOf(Type cell) => s_byName.FirstOrDefault(pair => pair.Value.Type == cell).Key;

    private static void CheckSizes<TCell>() where TCell : struct, IRecurrentCell<TCell>
    {
        const int mostStates = StateRows<int>.MostStates;
        if (TCell.Gates < 1 || TCell.Parameters < 0 || TCell.States is < 1 or > mostStates)
        {
            throw new ArgumentException(
                $"The cell {typeof(TCell)} has {TCell.Gates} gates, {TCell.States} states and {TCell.Parameters} parameters; "
                + $"it needs 1 gate or more, 1 to {mostStates} states and 0 parameters or more.");
        }
    }

    private sealed record Entry(
        Type Type, Func<ParaRnnOptions, RandomSource, Generator, SequenceBlock> Block, Func<ParaRnnOptions, ManagedParts, ManagedBlock> Managed)
    {
        public static Entry Of<TCell>() where TCell : struct, IRecurrentCell<TCell> =>
            new(typeof(TCell), (options, randomness, generator) => new ScanBlock(
                Settings(options), reverse => new RecurrentCellLayer<TCell>(RecurrentCellLayerOptions.Of(options, reverse), generator),
                randomness, generator), (options, parts) => new ManagedScanBlock(
                Settings(options), (reverse, own) => new ManagedCellLayer<TCell>(RecurrentCellLayerOptions.Of(options, reverse), own), parts));

        private static ScanBlockSettings Settings(ParaRnnOptions options) =>
            new(options.HiddenSize, options.ConvolutionWidth, options.Bidirectional, options.Dropout);
    }
}
