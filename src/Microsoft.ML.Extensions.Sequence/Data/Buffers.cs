using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Copies into the caller's buffer, reusing its memory where it is large enough.</summary>
internal static class Buffers
{
    public static void CopyInto<T>(this ReadOnlySpan<T> source, ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, source.Length);
        source.CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public static void CopyInto<T>(this T[] source, ref VBuffer<T> destination) => CopyInto((ReadOnlySpan<T>)source, ref destination);
}
