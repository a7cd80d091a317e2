namespace Microsoft.ML.Extensions.Interpretability.Tests.Models;

[TestClass]
public sealed class HookPointTests
{
    [TestMethod]
    public void Parse_OfItsText_GivesThePoint()
    {
        foreach (var kind in Enum.GetValues<HookKind>())
        {
            var point = new HookPoint(kind, HookPoint.IsOfLayer(kind) ? 12 : 0);
            Assert.AreEqual(point, HookPoint.Parse(point.ToString()));
        }
        Assert.AreEqual("blocks.12.attn.hook_pattern", new HookPoint(HookKind.Pattern, 12).ToString());
    }

    [TestMethod]
    [DataRow("hook_z")]
    [DataRow("blocks.x.attn.hook_z")]
    [DataRow("blocks.-1.attn.hook_z")]
    [DataRow("blocks.0.hook_embed")]
    [DataRow("")]
    public void Parse_OfNoName_SaysWhichThereAre(string name)
    {
        var message = Assert.ThrowsExactly<FormatException>(() => HookPoint.Parse(name)).Message;
        StringAssert.Contains(message, $"'{name}'");
        StringAssert.Contains(message, "blocks.<layer>.attn.hook_z");
    }

    [TestMethod]
    public void Constructor_OfLayerThatDoesNotFit_Throws()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new HookPoint(HookKind.Query));
        Assert.ThrowsExactly<ArgumentException>(() => new HookPoint(HookKind.Query, -1));
        Assert.ThrowsExactly<ArgumentException>(() => new HookPoint(HookKind.Logits, 1));
    }
}
