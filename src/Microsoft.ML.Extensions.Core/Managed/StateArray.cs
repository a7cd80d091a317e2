using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>A named array of a <see cref="ManagedStreamState"/>: what was kept, and beside it what the current step has changed.</summary>
internal abstract class StateArray
{
    /// <summary>The type of its numbers.</summary>
    public abstract ScalarType Type { get; }

    /// <summary>Whether a step was kept since the beginning.</summary>
    public abstract bool IsKept { get; }

    /// <summary>The bytes of what is kept.</summary>
    public abstract long Bytes { get; }

    /// <summary>Its shape in a file after a number of steps, at least one.</summary>
    public abstract long[] ShapeAt(long position);

    /// <inheritdoc cref="ManagedStreamState.Keep"/>
    public abstract void Keep();

    /// <inheritdoc cref="ManagedStreamState.Undo"/>
    public abstract void Undo();

    /// <inheritdoc cref="ManagedStreamState.Clear"/>
    public abstract void Clear();

    /// <summary>What is kept, in the order of a file.</summary>
    public abstract byte[] Save();

    /// <summary>Replaces what is kept by the data of a file, which have the right length.</summary>
    public abstract void Load(ReadOnlySpan<byte> data);

    /// <summary><c>[rows, columns, n]</c> to <c>[columns, rows, n]</c>.</summary>
    protected static void Transpose<T>(ReadOnlySpan<T> source, Span<T> target, int rows, int columns)
    {
        if (source.Length == 0)
        {
            return;
        }
        var block = source.Length / rows / columns;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                source.Slice(((row * columns) + column) * block, block).CopyTo(target.Slice(((column * rows) + row) * block, block));
            }
        }
    }
}
