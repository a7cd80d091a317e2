namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>A file for each thing that no reader may do.</summary>
internal static class TrapSeeds
{
    private static readonly List<byte[]> Taken = [];

    public static IReadOnlyList<FuzzSeed> All(string folder) =>
    [
        Trap("fine", () => true), Trap("refused", () => false),
        Trap("crash", () => throw new InvalidOperationException("another exception")),
        Trap("end", () =>
        {
            Environment.Exit(3);
            return true;
        }),
        Trap("stack", () => Deeper(0) > 0),
        Trap("hang", () =>
        {
            while (true)
            {
            }
        }),
        Trap("memory", () =>
        {
            var bytes = new byte[200 << 20];
            Array.Fill(bytes, (byte)1);
            Taken.Add(bytes);
            Taken.Clear();
            return true;
        }),
    ];

    private static FuzzSeed Trap(string name, Func<bool> act) => new(name, [1], _ => [1], _ => act());

    private static int Deeper(int depth) => depth < 0 ? 0 : Deeper(depth + 1) + Deeper(depth + 2) + 1;
}
